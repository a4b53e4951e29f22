-- A tsvector holds 1 MB: the words of a longer text than this are looked for among its first 50 000 characters only. That is more than
-- any message of Telegram's, and even if each of them were four bytes and every second one a word, a third of what a tsvector holds.
create or replace function search_words(configuration regconfig, content text) returns tsvector
  language sql immutable parallel safe
  set search_path from current
  return to_tsvector(configuration, unaccent(left(coalesce(content, ''), 50000)));

-- Events that a projection could not make rows of, whatever it tried, so that what came after them went on. A rebuild tries them again
-- and keeps its own; those of a build that is gone go with it. No personal text.
create table projection_set_aside (
  name varchar(64) not null references projection (name) on delete cascade,
  build int not null,
  persistence_id varchar(255) not null,
  seq_nr bigint not null,
  -- The offset of the event: generation/transaction/ordering.
  position varchar(64) not null,
  cause varchar(512) not null,
  set_aside_at timestamptz default now() not null,
  primary key (name, build, persistence_id, seq_nr)
);

-- Why the last batch could not be written; null when it was. No personal text.
alter table projection_progress add column failure varchar(512);
alter table projection_progress add column failed_at timestamptz;
