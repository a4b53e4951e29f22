package io.vibee.journal;

/** The parts of SQL that every statement which stores events has. */
final class WriteClauses {

    /**
     * What to do with a row of {@code unfinished} that is there already. An entity that says twice within seconds that it is
     * unfinished costs no second version of its row.
     */
    static final String KEEP_OPEN = """
            on conflict (persistence_id) do update
              set owner = coalesce(excluded.owner, kept.owner), next_try_at = excluded.next_try_at
            where kept.next_try_at not between excluded.next_try_at - interval '5 seconds' and excluded.next_try_at
               or kept.owner is distinct from coalesce(excluded.owner, kept.owner)""";

    private WriteClauses() {}

    /**
     * The time of the events. It is the server's, but not before the time in a parameter, unless that lies more than a minute
     * ahead of the server.
     */
    static String timestamp(String notBefore) {
        return """
                case when %1$s::timestamptz <= transaction_timestamp() + interval '1 minute'
                     then greatest(%1$s::timestamptz, transaction_timestamp())
                     else transaction_timestamp()
                end""".formatted(notBefore);
    }
}
