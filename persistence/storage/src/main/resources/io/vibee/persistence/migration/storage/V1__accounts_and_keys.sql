-- Users and credentials are rows, not events: uniqueness is the database's job.

create table app_user (
  id varchar(64) primary key,
  username varchar(64) not null,
  -- Names are compared without case; the one that was written is kept.
  username_key text not null unique,
  password_hash text not null,
  telegram_id bigint,
  tier varchar(32) default 'free' not null,
  -- A tier is changed in its row; the sweep tells the account, and says so here.
  tier_told boolean default true not null,
  suspended boolean default false not null,
  token_version int default 0 not null,
  -- registering -> registered: a crash between the row and the Account entity is completed by the sweep or the next sign-in.
  -- erasing: keys, name and tokens are gone with this state; the row itself goes when the entities have been told, by the call that
  -- began it or, after a crash, by the sweep.
  state varchar(16) default 'registering' not null check (state in ('registering', 'registered', 'erasing')),
  created_at timestamptz default now() not null
);

create index app_user_erasing_idx on app_user (id) where state = 'erasing';
create index app_user_tier_untold_idx on app_user (id) where not tier_told;

create table refresh_token (
  -- SHA-256 of the token: the token itself is nowhere.
  token_hash bytea primary key,
  family varchar(64) not null,
  user_id varchar(64) not null references app_user (id) on delete cascade,
  used_at timestamptz,
  expires_at timestamptz not null,
  created_at timestamptz default now() not null,
  -- From where the family was signed in, as a keyed hash that only the service can make: who comes from there again is judged by
  -- himself, whatever others try under his name. Null: from nowhere that is known.
  signed_in_from varchar(64)
);

create index refresh_token_family_idx on refresh_token (family);
create index refresh_token_user_idx on refresh_token (user_id);
create index refresh_token_expiry_idx on refresh_token (expires_at);

-- A user's Telegram identities. The bot id is the part of a token before its colon.
create table telegram_session (
  id varchar(64) primary key,
  owner varchar(64) not null references app_user (id) on delete cascade,
  kind varchar(16) not null check (kind in ('bot', 'operator', 'business')),
  bot_id bigint not null,
  bot_username varchar(64) not null,
  -- connecting -> connected; sealed_token holds the encrypted token until the Session has stored it.
  state varchar(16) default 'connecting' not null check (state in ('connecting', 'connected')),
  token_key_id varchar(64),
  token_ciphertext text,
  default_mode varchar(32) not null,
  created_at timestamptz default now() not null
);

create unique index telegram_session_bot_idx on telegram_session (bot_id) where kind in ('bot', 'operator');
create index telegram_session_owner_idx on telegram_session (owner, created_at, id);
create index telegram_session_connecting_idx on telegram_session (created_at) where state = 'connecting';

-- The key hierarchy: the master key (not here) wraps a user's key, which wraps the data keys of his chats and sessions.
-- Erasing sets wrapped to null and erased_at: what was encrypted under it is unreadable from then on, the row says so.
create table encryption_key (
  id varchar(64) primary key,
  owner varchar(64) not null,
  -- "user", "account", "chat:<id>" or "session:<id>".
  subject varchar(255) not null,
  parent_id varchar(64) references encryption_key (id),
  -- Which master key wrapped it (a fingerprint), for a user's key only.
  master_id varchar(64),
  wrapped bytea,
  created_at timestamptz default now() not null,
  erased_at timestamptz,
  check ((wrapped is null) = (erased_at is not null))
);

create unique index encryption_key_subject_idx on encryption_key (owner, subject) where erased_at is null;
-- One user's key for ever: an erased user gets no new one.
create unique index encryption_key_user_idx on encryption_key (owner) where subject = 'user';
-- How every node learns within seconds what another has erased.
create index encryption_key_erased_idx on encryption_key (erased_at) where erased_at is not null;
