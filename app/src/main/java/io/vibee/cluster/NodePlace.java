package io.vibee.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a node runs: the running kernel, its network (a container has one of its own) and the address that the node listens on. Only one
 * process can listen on an address, so whoever does is the only one alive in its place.
 */
final class NodePlace {

    /** Random, made by the kernel when it starts (random(4)). */
    private static final Path KERNEL = Path.of("/proc/sys/kernel/random/boot_id");

    /** A link to the namespace's number, as {@code net:[4026531840]} (namespaces(7)). */
    private static final Path NETWORK = Path.of("/proc/self/ns/net");

    private NodePlace() {}

    /**
     * Names the place of this node; empty where the system doesn't tell (it is no Linux).
     *
     * @param address on which this process listens already
     */
    static Optional<String> of(String address) {
        try {
            return Optional.of(
                    Files.readString(KERNEL).strip() + " " + Files.readSymbolicLink(NETWORK) + " " + address);
        } catch (IOException | UnsupportedOperationException | SecurityException untold) {
            return Optional.empty();
        }
    }
}
