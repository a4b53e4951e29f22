-- 20,000 more events, of chats anywhere in the table: the next of each.
insert into event_journal
  (slice, entity_type, persistence_id, seq_nr, db_timestamp, event_ser_id, event_ser_manifest, event_payload, writer, owner, scope)
select last.slice, last.entity_type, last.persistence_id, last.seq_nr + next, now(), last.event_ser_id,
       last.event_ser_manifest, last.event_payload, last.writer, last.owner, last.scope
  from generate_series(1, 4) as next
 cross join (select * from bench_last order by md5(persistence_id || :round)) as last
