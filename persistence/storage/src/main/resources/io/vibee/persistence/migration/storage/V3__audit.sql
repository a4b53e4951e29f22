-- How the journal's events are found by owner, session and entity. The columns are the journal's; what it costs a write: ops/bench/audit.

-- An owner's audit by type of event. There are some dozens of types: without a filter each is looked up by itself and the newest of
-- all are taken, so one index serves with and without, and each page reads a bounded number of rows however many there are.
create index event_journal_owner_idx on event_journal (owner, event_ser_manifest, db_timestamp, persistence_id, seq_nr)
  where owner is not null;
create index event_journal_scope_idx on event_journal (scope, event_ser_manifest, db_timestamp, persistence_id, seq_nr)
  where scope is not null;

-- One entity's audit by type and time, as an owner's and a session's. By the primary key a rare type or an early time within a chat of half
-- a million events was found by reading all of them.
create index event_journal_entity_type_idx on event_journal (persistence_id, event_ser_manifest, db_timestamp, seq_nr)
  where owner is not null;

-- An owner's entities, one row each: how his chats are listed.
create index event_journal_entity_idx on event_journal (owner, entity_type, persistence_id)
  where seq_nr = 1 and owner is not null;

-- A session's or a chat's events are all its owner's: without knowing that, the planner reads and sorts them all for a page.
create statistics event_journal_scope_stats (dependencies) on owner, scope, persistence_id
  from event_journal;
