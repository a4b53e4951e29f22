-- Answers that models gave lately, by a keyed fingerprint of all that each depends on; encrypted under the key of the chat that asked.
-- A model can give them again, so they are in no WAL and on no replica, and gone after a crash of the server.

create unlogged table reply_cache (
  fingerprint bytea primary key,
  owner varchar(64) not null,
  key_id varchar(64) not null,
  ciphertext text not null,
  expires_at timestamptz not null
);

create index reply_cache_owner_idx on reply_cache (owner, key_id);
create index reply_cache_expiry_idx on reply_cache (expires_at);

-- Why a message gets no answer, in the API's words; rows from before have none.
alter table read_message add column reason varchar(32);
alter table read_message add column reason_detail varchar(128);
