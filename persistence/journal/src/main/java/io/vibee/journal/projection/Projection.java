package io.vibee.journal.projection;

/**
 * Turns the events of an entity type into rows.
 *
 * @param name by which its progress is kept, so never changed
 * @param ranges workers that share the slices: a power of two; changing it needs a rebuild
 */
public record Projection<E>(String name, String entityType, int ranges, ProjectionHandler<E> handler) {

    public Projection {
        if (Integer.bitCount(ranges) != 1 || ranges > 1024) {
            throw new IllegalArgumentException("ranges: " + ranges + " (expected: a power of two up to 1024)");
        }
    }
}
