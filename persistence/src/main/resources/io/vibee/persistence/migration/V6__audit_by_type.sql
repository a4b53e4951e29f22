-- An owner's audit by type of event. There are some dozens of types: without a filter each is looked up by itself and the newest of
-- all are taken, so one index serves with and without, and each page reads a bounded number of rows however many there are.
drop index event_journal_owner_idx;
drop index event_journal_scope_idx;
create index event_journal_owner_idx on event_journal (owner, event_ser_manifest, db_timestamp, persistence_id, seq_nr)
  where owner is not null;
create index event_journal_scope_idx on event_journal (scope, event_ser_manifest, db_timestamp, persistence_id, seq_nr)
  where scope is not null;
