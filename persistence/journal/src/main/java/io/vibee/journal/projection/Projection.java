package io.vibee.journal.projection;

/**
 * Turns the events of an entity type into rows.
 *
 * @param name the key of its stored progress, so it never changes
 * @param ranges how many workers share the slices: a power of two up to 1024; a change needs a rebuild
 */
public record Projection<E>(String name, String entityType, int ranges, ProjectionHandler<E> handler) {

    public Projection {
        if (Integer.bitCount(ranges) != 1 || ranges > 1024) {
            throw new IllegalArgumentException("ranges: " + ranges + " (expected: a power of two up to 1024)");
        }
    }
}
