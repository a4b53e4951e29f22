-- A search is within one chat: the index of words begins with it. What looks like a text is looked for among the chat's newest
-- messages, by reading them: an index of trigrams cost every message more than all its other indexes together.
create extension if not exists btree_gin;
drop index read_message_text_idx;
drop index read_message_words_idx;
create index read_message_words_idx on read_message using gin (chat_id, words);
