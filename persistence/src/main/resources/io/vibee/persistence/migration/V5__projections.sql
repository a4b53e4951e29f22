-- Projections: the journal turned into tables to read from, offset and rows in one transaction.

create extension if not exists pg_trgm;
create extension if not exists unaccent;

-- Which build of a projection's tables readers see, and which one is being built beside it.
create table projection (
  name varchar(64) primary key,
  serving int default 1 not null,
  building int,
  paused boolean default false not null,
  check (building > serving)
);

create table projection_progress (
  name varchar(64) not null references projection (name) on delete cascade,
  build int not null,
  min_slice int not null,
  max_slice int not null,
  -- The offset of the last event that is in the tables: generation/transaction/ordering.
  position varchar(64) not null,
  -- Whether a build that is not served yet has once read everything there was.
  caught_up boolean default false not null,
  updated_at timestamptz default now() not null,
  primary key (name, build, min_slice)
);

-- The words of a text for the search, without accents. PostgreSQL calls unaccent stable, because its rules can be edited.
create function search_words(configuration regconfig, content text) returns tsvector
  language sql immutable parallel safe
  set search_path from current
  return to_tsvector(configuration, unaccent(coalesce(content, '')));

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
  status varchar(16) not null check (status in
    ('received', 'pending', 'not_answered', 'queued', 'delivered', 'in_doubt', 'failed')),
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
create index read_message_words_idx on read_message using gin (words);
create index read_message_text_idx on read_message using gin (text gin_trgm_ops);

-- What each user used on each UTC day.
create table read_usage_daily (
  build int not null,
  owner varchar(64) not null,
  day date not null,
  calls bigint default 0 not null,
  prompt_tokens bigint default 0 not null,
  completion_tokens bigint default 0 not null,
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
