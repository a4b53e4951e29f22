-- Bots that people made through the operator's bot, which manages them: it may ask for their tokens.
create table managed_bot (
  bot_id bigint primary key,
  manager_bot_id bigint not null,
  -- Whose bot it is, by Telegram.
  telegram_user_id bigint not null,
  username varchar(64) not null,
  -- The mode of new chats once it is connected.
  default_mode varchar(32) not null,
  -- Null while nobody knows that person.
  owner varchar(64) references app_user (id) on delete cascade,
  -- When a person whom nobody knew was told what to do.
  told_at timestamptz,
  -- When it became a session. If it is none now, its owner has removed it here.
  connected_at timestamptz
);

create index managed_bot_person_idx on managed_bot (telegram_user_id);
create index managed_bot_owner_idx on managed_bot (owner);
