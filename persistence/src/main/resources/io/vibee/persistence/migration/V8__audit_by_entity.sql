-- One entity's audit by type and time, as an owner's and a session's. By the primary key a rare type or an early time within a chat of half
-- a million events was found by reading all of them. What it costs a write: ops/bench/audit.
create index event_journal_entity_type_idx on event_journal (persistence_id, event_ser_manifest, db_timestamp, seq_nr)
  where owner is not null;
