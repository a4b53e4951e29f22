-- How Telegram's updates are to reach a session; its entity is told when it is connected. An older node's rows are polled.
alter table telegram_session
  add column delivery varchar(16) default 'polling' not null check (delivery in ('polling', 'webhook'));
