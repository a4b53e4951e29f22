-- A block is open until all of its calls are accounted for. Before, one that was used up stayed for ever, and each batch read them all.
-- What is not known of a block of before is null. No block is used for longer than some minutes after its day.
delete from read_usage_block where day < current_date - 1;
alter table read_usage_block add column calls_left bigint;
