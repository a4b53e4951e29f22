-- When the others went on without a node that was silent. It may not decide about them any more.
alter table cluster_node add column downed_at timestamptz;
