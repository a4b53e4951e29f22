package io.vibee.journal;

import java.util.Comparator;
import java.util.Objects;
import org.apache.pekko.persistence.query.Offset;
import org.jspecify.annotations.Nullable;

/**
 * A place in the journal's order, in which readers see events. It has the generation, the transaction that stored the event,
 * and the event's place in that transaction. No event is ever stored before a place that a reader has passed. The text form is
 * {@code generation/transaction/ordering}.
 */
public final class JournalOffset extends Offset implements Comparable<JournalOffset> {

    /** Before every event. */
    public static final JournalOffset START = new JournalOffset(0, 0, 0);

    private static final Comparator<JournalOffset> ORDER = Comparator.comparingInt(JournalOffset::generation)
            .thenComparing(JournalOffset::transactionId, Long::compareUnsigned)
            .thenComparingLong(JournalOffset::ordering);

    private final int generation;
    private final long transactionId;
    private final long ordering;

    /**
     * A place.
     *
     * @param generation rises when the transaction ids begin anew, in another server
     * @param transactionId PostgreSQL's xid8, unsigned
     * @param ordering the place within the transaction
     */
    public JournalOffset(int generation, long transactionId, long ordering) {
        this.generation = generation;
        this.transactionId = transactionId;
        this.ordering = ordering;
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException when the text has another form
     */
    public static JournalOffset parse(String text) {
        String[] parts = text.split("/", -1);
        try {
            if (parts.length == 3) {
                return new JournalOffset(
                        Integer.parseInt(parts[0]), Long.parseUnsignedLong(parts[1]), Long.parseLong(parts[2]));
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(expected(text), e);
        }
        throw new IllegalArgumentException(expected(text));
    }

    /**
     * Takes an offset of this journal as it is, and {@code Offset.noOffset()} as the start.
     *
     * @throws IllegalArgumentException for an offset of another plugin
     */
    public static JournalOffset of(Offset offset) {
        if (offset instanceof JournalOffset ours) {
            return ours;
        }
        if (offset.equals(Offset.noOffset())) {
            return START;
        }
        throw new IllegalArgumentException(expected(String.valueOf(offset)));
    }

    private static String expected(String given) {
        return "offset '" + given + "' (expected: one of this journal, generation/transaction/ordering, or noOffset)";
    }

    public int generation() {
        return generation;
    }

    public long transactionId() {
        return transactionId;
    }

    public long ordering() {
        return ordering;
    }

    /** The transaction id in PostgreSQL's text form. */
    String xid() {
        return Long.toUnsignedString(transactionId);
    }

    @Override
    public int compareTo(JournalOffset other) {
        return ORDER.compare(this, other);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JournalOffset that
                && generation == that.generation
                && transactionId == that.transactionId
                && ordering == that.ordering;
    }

    @Override
    public int hashCode() {
        return Objects.hash(generation, transactionId, ordering);
    }

    @Override
    public String toString() {
        return generation + "/" + xid() + "/" + ordering;
    }
}
