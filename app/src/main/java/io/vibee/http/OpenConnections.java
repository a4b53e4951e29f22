package io.vibee.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/**
 * The open connections, and which one must go when there are too many: one of the same address, or, when all together are too many, one of
 * the address that has the most. It closes the one that has waited longest without a request. If each has a request, it refuses the new
 * one. So a client that holds connections open keeps out only itself.
 */
final class OpenConnections {

    private final int mostPerAddress;
    private final int most;
    private final Map<ClientAddress, Set<ClientConnection>> open = new HashMap<>();
    private final CompletableFuture<Done> allClosed = new CompletableFuture<>();
    private int count;
    private boolean ending;

    /**
     * @param mostPerAddress 0: no limit except that of all together
     */
    OpenConnections(int mostPerAddress, int most) {
        this.mostPerAddress = mostPerAddress;
        this.most = most;
    }

    /** Whether it may stay. If so, {@link #closed} must be called at its end. */
    boolean admit(ClientConnection connection) {
        List<ClientConnection> displaced = new ArrayList<>();
        boolean admitted = admit(connection, displaced);
        // Outside the lock, since closing calls back.
        displaced.forEach(ClientConnection::close);
        return admitted;
    }

    private synchronized boolean admit(ClientConnection connection, List<ClientConnection> displaced) {
        if (ending) {
            return false;
        }
        Set<ClientConnection> own = open.getOrDefault(connection.address(), Set.of());
        boolean tooManyOfAddress = mostPerAddress > 0 && own.size() >= mostPerAddress;
        if (tooManyOfAddress || count >= most) {
            Optional<ClientConnection> leaving = waiting(tooManyOfAddress ? own : largest());
            if (leaving.isEmpty()) {
                return false;
            }
            remove(leaving.get());
            displaced.add(leaving.get());
        }
        open.computeIfAbsent(connection.address(), address -> new LinkedHashSet<>())
                .add(connection);
        count++;
        return true;
    }

    /** The first that waits, in the order in which they came. */
    private static Optional<ClientConnection> waiting(Set<ClientConnection> connections) {
        return connections.stream().filter(ClientConnection::isWaiting).findFirst();
    }

    private Set<ClientConnection> largest() {
        return open.values().stream().max(Comparator.comparingInt(Set::size)).orElse(Set.of());
    }

    synchronized void closed(ClientConnection connection) {
        remove(connection);
        if (ending && count == 0) {
            allClosed.complete(Done.getInstance());
        }
    }

    private void remove(ClientConnection connection) {
        Set<ClientConnection> own = open.get(connection.address());
        if (own != null && own.remove(connection)) {
            count--;
            if (own.isEmpty()) {
                open.remove(connection.address());
            }
        }
    }

    synchronized int size() {
        return count;
    }

    /** Admits no more and ends all after their answers. Done when none is left. */
    CompletionStage<Done> end() {
        List<ClientConnection> left;
        synchronized (this) {
            ending = true;
            left = all();
            if (left.isEmpty()) {
                allClosed.complete(Done.getInstance());
            }
        }
        left.forEach(ClientConnection::end);
        return allClosed;
    }

    /** Closes what is left. */
    void close() {
        List<ClientConnection> left;
        synchronized (this) {
            left = all();
        }
        left.forEach(ClientConnection::close);
    }

    private List<ClientConnection> all() {
        return open.values().stream().flatMap(Set::stream).toList();
    }
}
