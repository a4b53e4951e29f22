-- The nodes of the cluster on this database. Each writes its own row again and again while it is a member; who starts joins them by it.
-- The ids are fingerprints: they show whether two nodes have the same secrets, and tell nothing of them.
create table cluster_node (
  address varchar(512) primary key,
  incarnation varchar(64) not null,
  cluster_id varchar(128) not null,
  version varchar(64) not null,
  protocol integer not null,
  jwt_secret_id varchar(64) not null,
  master_key_id varchar(64) not null,
  previous_master_key_id varchar(64),
  started_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null
);
