-- From where a family of tokens was signed in, as a keyed hash that only the service can make: who comes from there again is judged by
-- himself, whatever others try under his name. Null: signed in before this was kept, or from nowhere that is known.
alter table refresh_token add column signed_in_from varchar(64);
