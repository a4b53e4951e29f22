-- What is written to the index of words waits in a list that each search reads from end to end, 4 MB by default. So an answer that looks
-- for older messages paid more for it than for all else. A short list costs the writer little: its rows still come in by the dozen.
alter index read_message_words_idx set (gin_pending_list_limit = 64);
