-- A user who is being erased: keys, name and tokens are gone with this state; the row itself goes when the entities have been told,
-- by the call that began it or, after a crash, by the sweep.
alter table app_user drop constraint app_user_state_check;
alter table app_user add constraint app_user_state_check check (state in ('registering', 'registered', 'erasing'));

create index app_user_erasing_idx on app_user (id) where state = 'erasing';

-- How every node learns within seconds what another has erased.
create index encryption_key_erased_idx on encryption_key (erased_at) where erased_at is not null;
