package io.vibee.boot;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of 127.0.0.1 that a test can free and take again. The system gives none of them to whoever asks for any port: it takes those from
 * 32768 on (Linux) or 49152 on (others).
 */
final class FreePorts {

    private static final int FROM = 15_000;
    private static final int BELOW = 32_000;
    private static final int MOST_TRIES = 1_000;

    private FreePorts() {}

    static List<Integer> take(int count) {
        Set<Integer> free = new LinkedHashSet<>();
        for (int tries = 0; free.size() < count; tries++) {
            if (tries == MOST_TRIES) {
                throw new AssertionError("no free ports from " + FROM + " to " + BELOW);
            }
            int port = ThreadLocalRandom.current().nextInt(FROM, BELOW);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                free.add(socket.getLocalPort());
            } catch (IOException taken) {
                // Another one, then.
            }
        }
        return List.copyOf(free);
    }
}
