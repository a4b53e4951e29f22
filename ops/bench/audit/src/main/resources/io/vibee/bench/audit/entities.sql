-- What the owners' accounts and sessions have stored before any chat.
insert into event_journal
  (slice, entity_type, persistence_id, seq_nr, db_timestamp, event_ser_id, event_ser_manifest, event_payload, writer, owner, scope)
select abs(hashtext(entity)) % 1024, split_part(entity, '|', 1), entity, seq_nr, :start::timestamptz - interval '1 day', 31,
       'io.vibee.protocol.' || type, convert_to(format('{"head":{"owner":"%s","open":false}}', usr), 'UTF8'),
       'f7c1cb0e-0c6b-4a3b-9a43-2f5c1f6f9a11', usr, ses
  from generate_series(0, 20300) as owner_nr
 cross join lateral (select 'usr_' || md5('user ' || owner_nr) as usr) as account
 cross join lateral (
   select 'Account|' || usr as entity, 1 as seq_nr, 'account.AccountEvent$AccountOpened' as type, null as ses
    union all
   select 'Account|' || usr, block + 1, 'account.AccountEvent$' || case block % 2 when 1 then 'BlockReserved' else 'CallsSettled' end,
          null
     from generate_series(1, 4) as block
    union all
   select 'Session|' || ses, 1, 'session.SessionEvent$SessionConnected', ses
     from generate_series(0, case owner_nr when 0 then 3 else 0 end) as session_nr
    cross join lateral (select 'ses_' || md5('session ' || owner_nr || ' ' || session_nr) as ses) as session) as event
