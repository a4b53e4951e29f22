-- The node that was the cluster's only member when it renewed the lease last; null when there were others. The same node, started again,
-- needs not wait until the lease of its dead predecessor expires.
alter table cluster_lease add column sole_node text;
