-- A node that is about to form a cluster must win this row; it is renewed while the cluster lives.
create table cluster_lease (
  name varchar(64) primary key,
  cluster_id varchar(128) not null,
  expires_at timestamptz not null
);

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
