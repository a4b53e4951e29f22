-- Reading in order across persistence ids.

-- Rises when transaction ids begin anew (a restore into another server, a major upgrade), so that what is stored then comes
-- after everything before. The default of event_journal.generation is the same number, changed in the same transaction.
create table journal_generation (
  only_row boolean default true primary key check (only_row),
  generation int not null,
  raised_at timestamptz default now() not null
);

insert into journal_generation (generation) values (1);

-- With the slice, so that readers of some slices leave the others' rows alone.
drop index event_journal_order_idx;
create index event_journal_order_idx on event_journal (entity_type, generation, transaction_id, ordering, slice);

-- The first event of each persistence id.
create index event_journal_birth_idx on event_journal (generation, transaction_id, ordering) where seq_nr = 1;

-- Events with tags; Vibee's own have none, so they don't pay for it.
create index event_journal_tagged_idx on event_journal (generation, transaction_id, ordering) where tags is not null;
