-- What failed for good and waits to be retried or dropped: a read table of the projection of conversations. No personal text.
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
