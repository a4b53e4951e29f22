create extension if not exists pg_trgm;
create extension if not exists unaccent;
create extension if not exists btree_gin;

-- The words of a text for the search, without accents. PostgreSQL calls unaccent stable, because its rules can be edited.
-- A tsvector holds 1 MB: the words of a longer text than this are looked for among its first 50 000 characters only. That is more than
-- any message of Telegram's, and even if each of them were four bytes and every second one a word, a third of what a tsvector holds.
create function search_words(configuration regconfig, content text) returns tsvector
  language sql immutable parallel safe
  set search_path from current
  return to_tsvector(configuration, unaccent(left(coalesce(content, ''), 50000)));

-- The read tables hold text in the clear, so that it can be searched. Whoever erases a chat or a user does it here too; backups
-- leave them out, for they can be built again.

create table read_chat (
  build int not null,
  chat_id varchar(64) not null,
  owner varchar(64) not null,
  session_id varchar(64) not null,
  telegram_chat_id bigint not null,
  type varchar(16) not null,
  title text,
  mode varchar(32) not null,
  last_message_at timestamptz,
  erased boolean not null,
  -- The last event of the chat that is in the tables.
  seq_nr bigint not null,
  primary key (build, chat_id)
);

create index read_chat_owner_idx on read_chat (owner, chat_id);

create table read_message (
  build int not null,
  chat_id varchar(64) not null,
  id varchar(64) not null,
  owner varchar(64) not null,
  -- Of the event that brought it: the order of the conversation.
  seq_nr bigint not null,
  incoming boolean not null,
  sender_id bigint,
  sender_name text,
  text text,
  erased boolean not null,
  -- For the search: PostgreSQL's text search configuration of its language, and its words.
  language regconfig not null,
  words tsvector generated always as (search_words(language, text)) stored,
  telegram_message_id bigint,
  -- The topic of a forum that it was written in, by its thread; null for none and for the general one.
  topic int,
  status varchar(16) not null check (status in
    ('received', 'pending', 'not_answered', 'queued', 'delivered', 'in_doubt', 'failed')),
  -- Why it gets no answer, in the API's words.
  reason varchar(32),
  reason_detail varchar(128),
  created_at timestamptz not null,
  -- Of a text that is sent: what it answers, of how many parts it is, and what became of them.
  in_reply_to varchar(64),
  parts int default 1 not null,
  parts_settled int default 0 not null,
  parts_in_doubt int default 0 not null,
  primary key (build, chat_id, id)
);

-- The chat first: an erasure looks for it in every build.
create unique index read_message_order_idx on read_message (chat_id, build, seq_nr);
create index read_message_telegram_idx on read_message (build, chat_id, telegram_message_id) where incoming;
create index read_message_open_idx on read_message (build, chat_id, in_reply_to) where status in ('pending', 'queued');
-- A search is within one chat: the index of words begins with it. What looks like a text is looked for among the chat's newest
-- messages, by reading them: an index of trigrams cost every message more than all its other indexes together.
create index read_message_words_idx on read_message using gin (chat_id, words);

-- What failed for good and waits to be retried or dropped. No personal text.
create table read_dead_letter (
  build int not null,
  chat_id varchar(64) not null,
  -- Unique within the chat.
  id varchar(64) not null,
  owner varchar(64) not null,
  session_id varchar(64) not null,
  message_id varchar(64),
  draft_id varchar(64),
  cause text not null,
  tries int not null,
  failed_at timestamptz not null,
  primary key (build, chat_id, id)
);

create index read_dead_letter_owner_idx on read_dead_letter (owner, failed_at, chat_id, id);
-- How old the oldest is.
create index read_dead_letter_time_idx on read_dead_letter (build, failed_at);

-- What each user used on each UTC day.
create table read_usage_daily (
  build int not null,
  owner varchar(64) not null,
  day date not null,
  calls bigint default 0 not null,
  prompt_tokens bigint default 0 not null,
  completion_tokens bigint default 0 not null,
  -- In millionths of a US dollar.
  cost_micro_usd bigint default 0 not null,
  primary key (build, owner, day)
);

-- Blocks of calls that are open: their day is the one that their calls count for.
create table read_usage_block (
  build int not null,
  owner varchar(64) not null,
  block_id bigint not null,
  day date not null,
  primary key (build, owner, block_id)
);
