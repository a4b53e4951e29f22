-- What the calls of a day cost, in millionths of a US dollar. Days before it cost nothing: their events name no cost either.
alter table read_usage_daily add column cost_micro_usd bigint default 0 not null;
