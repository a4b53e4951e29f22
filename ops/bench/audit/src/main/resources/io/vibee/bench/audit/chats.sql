-- Events of chats, in the order in which they would be stored. Of 20 events
--   1 is of one long chat,
--   1 of 200 other chats of the same owner, which lie in four sessions, the first of them that of the long chat,
--   6 of 300 busy chats, 6 of 6,000 and 6 of 60,000, which belong to 20,300 other owners with one session each.
insert into event_journal
  (slice, entity_type, persistence_id, seq_nr, db_timestamp, event_ser_id, event_ser_manifest, event_payload, writer, owner, scope)
select abs(hashtext(entity)) % 1024, 'Chat', entity, seq_nr, at, 31, 'io.vibee.protocol.chat.ChatEvent$' || type,
       convert_to(format('{"head":{"owner":"%s","scope":"%s","open":true,"at":"%s"},"id":"msg%s","identity":"m:%s",'
                           || '"text":{"key_id":"%s","ciphertext":"%s"}}',
                         usr, ses, to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), seq_nr, seq_nr, md5(ses), repeat(md5(i::text), 3)),
                  'UTF8'),
       'f7c1cb0e-0c6b-4a3b-9a43-2f5c1f6f9a11', usr, ses
  from generate_series(0, :events - 1) as i
 cross join lateral (select i % 20 as lane, i / 20 as round) as turn
 cross join lateral (
   select case when lane < 2 then round when lane < 8 then round * 6 + lane - 2 when lane < 14 then round * 6 + lane - 8
               else round * 6 + lane - 14 end as n,
          case when lane = 0 then 1 when lane = 1 then 200 when lane < 8 then 300 when lane < 14 then 6000
               else 60000 end as chats) as tier
 cross join lateral (
   select n % chats as chat, n / chats + 1 as seq_nr,
          case chats when 1 then 0 when 200 then 0 when 300 then 1 + n % chats else 301 + n % 20000 end as owner_nr) as chat
 cross join lateral (
   select 'Chat|cht_' || md5(chats || ' ' || chat) as entity, 'usr_' || md5('user ' || owner_nr) as usr,
          'ses_' || md5('session ' || owner_nr || ' ' || case chats when 200 then chat % 4 else 0 end) as ses,
          :start::timestamptz + i * (interval '365 days' / :events) as at,
          case when seq_nr = 1 then 'ChatOpened'
               -- Rare in the long chat, and rare elsewhere.
               when chats = 1 and seq_nr in (1000, 1001, 1002) or chats > 1 and seq_nr % 5000 = 2 then 'DeadLettered'
               -- Rare in the long chat, and a quarter of all in the others of its session.
               when chats = 1 and seq_nr in (2000, 3000) or chats = 200 and seq_nr % 4 = 0 then 'MessageEdited'
               when seq_nr % 50 = 2 then 'NotAnswered'
               when seq_nr % 4 = 2 then 'MessageReceived'
               when seq_nr % 4 = 3 then 'ReplyDrafted'
               when seq_nr % 4 = 0 then 'DeliveryStarted'
               else 'Delivered' end as type) as event
 order by i
