-- Whose Telegram account a user's is, once Telegram itself has shown it: before that telegram_id is what the user says.
alter table app_user add column telegram_verified boolean default false not null;
-- The language of that account, as Telegram told it last.
alter table app_user add column telegram_language varchar(35);
create unique index app_user_telegram_idx on app_user (telegram_id) where telegram_verified;

-- One-time codes of links to the operator's bot. Only hashes: the codes are nowhere.
create table telegram_link (
  code_hash bytea primary key,
  user_id varchar(64) not null references app_user (id) on delete cascade,
  -- The mode of new chats in what the link connects.
  default_mode varchar(32) not null,
  expires_at timestamptz not null
);

create index telegram_link_user_idx on telegram_link (user_id);
create index telegram_link_expiry_idx on telegram_link (expires_at);

-- Persons who connected the operator's bot to their profile. Telegram gives a connection a new id when the person changes it.
create table business_connection (
  bot_id bigint not null,
  telegram_user_id bigint not null,
  connection_id varchar(255) not null,
  user_chat_id bigint not null,
  enabled boolean not null,
  may_reply boolean not null,
  may_read boolean not null,
  -- When Telegram says that this was so: an older word does not count.
  told_at timestamptz not null,
  -- Null while nobody knows the person, or after the owner removed the session here.
  session_id varchar(64) references telegram_session (id) on delete set null,
  owner varchar(64) references app_user (id) on delete cascade,
  -- Whether a person whom nobody knows was told what to do.
  instructed boolean default false not null,
  primary key (bot_id, telegram_user_id)
);

create unique index business_connection_id_idx on business_connection (bot_id, connection_id);

-- What an owner is about to write in the own chat with the operator's bot: other words for a draft.
create table desk_edit (
  telegram_user_id bigint primary key,
  owner varchar(64) not null references app_user (id) on delete cascade,
  chat_id varchar(64) not null,
  draft_id varchar(64) not null,
  expires_at timestamptz not null
);

-- Drafts of which the owner was told in that chat.
create table draft_card (
  chat_id varchar(64) not null,
  draft_id varchar(64) not null,
  owner varchar(64) not null references app_user (id) on delete cascade,
  -- Null while it is on its way.
  telegram_message_id bigint,
  created_at timestamptz default now() not null,
  primary key (chat_id, draft_id)
);
