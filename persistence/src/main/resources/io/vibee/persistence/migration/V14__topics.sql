-- The topic of a forum that a message was written in, by its thread; null for none and for the general one. Rows from before have none: a
-- rebuild of the projection of conversations gives them theirs.
alter table read_message add column topic int;
