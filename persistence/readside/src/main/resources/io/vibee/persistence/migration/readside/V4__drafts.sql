-- Answers that wait for their owner's leave.
create table read_draft (
  build int not null,
  chat_id varchar(64) not null,
  -- Unique within the chat.
  id varchar(64) not null,
  owner varchar(64) not null,
  session_id varchar(64) not null,
  message_id varchar(64) not null,
  text text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (build, chat_id, id)
);

create index read_draft_owner_idx on read_draft (owner, created_at, chat_id, id);
create index read_draft_expiry_idx on read_draft (build, expires_at);
