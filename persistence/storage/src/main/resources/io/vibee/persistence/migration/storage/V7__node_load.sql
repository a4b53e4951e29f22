-- How much of its machine's processors a node used lately, from 0 to 1.
alter table cluster_node add column cpu_load double precision;
