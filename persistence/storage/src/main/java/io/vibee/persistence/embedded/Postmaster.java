package io.vibee.persistence.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server process, as its data directory records it in postmaster.pid, whoever started it. The server lives on
 * after a {@code kill -9} of the JVM. A process id that now belongs to another program is never touched.
 */
final class Postmaster {

    private static final Logger LOG = LoggerFactory.getLogger(Postmaster.class);

    private final ProcessHandle process;

    private Postmaster(ProcessHandle process) {
        this.process = process;
    }

    /** The living server of this directory, if there is one. */
    static Optional<Postmaster> of(Path data) throws IOException {
        return recorded(data).filter(process -> serves(process, data)).map(Postmaster::new);
    }

    /**
     * Removes the record of a server that is gone. PostgreSQL would refuse to start when the recorded number belongs to another
     * process of this user by now, which is usual in containers. The caller holds the directory's lock.
     */
    static void forgetTheDead(Path data) throws IOException {
        Optional<ProcessHandle> process = recorded(data);
        boolean unrelated = process.flatMap(found -> found.info().command())
                .map(command -> !isPostgres(command))
                .orElse(process.isEmpty());
        if (unrelated) {
            Files.deleteIfExists(record(data));
        }
    }

    long pid() {
        return process.pid();
    }

    /**
     * Stops the server: first in "fast" mode, which rolls open transactions back, and at once when that takes longer than 20 s.
     * After both, everything that was committed is recovered.
     */
    void stop() throws IOException {
        signal("INT");
        if (!endsWithin(20)) {
            LOG.warn("PostgreSQL (process {}) does not stop; it is told to quit at once", process.pid());
            signal("QUIT");
            if (!endsWithin(10)) {
                throw new IOException("PostgreSQL (process " + process.pid() + ") can't be stopped");
            }
        }
    }

    /** The living process whose number the directory records, whatever program it is. */
    private static Optional<ProcessHandle> recorded(Path data) throws IOException {
        String number;
        try {
            List<String> lines = Files.readAllLines(record(data));
            number = lines.isEmpty() ? "" : lines.getFirst().strip();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        if (!number.matches("[0-9]{1,10}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(number)).filter(ProcessHandle::isAlive);
    }

    private static Path record(Path data) {
        return data.resolve("postmaster.pid");
    }

    private static boolean serves(ProcessHandle process, Path data) {
        if (!process.info().command().map(Postmaster::isPostgres).orElse(false)) {
            return false;
        }
        Path link = Path.of("/proc", Long.toString(process.pid()), "cwd");
        try {
            // A server's working directory is its data directory.
            return link.toRealPath().equals(data);
        } catch (IOException e) {
            // Not Linux: its arguments name the directory.
            return process.info().commandLine().orElse("").contains(data.toString());
        }
    }

    private static boolean isPostgres(String command) {
        return command.endsWith("/postgres") || command.endsWith("/postgres (deleted)");
    }

    private void signal(String name) throws IOException {
        // The JDK can send TERM and KILL only: TERM waits for clients, KILL leaves shared memory behind.
        Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + process.pid())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            kill.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while stopping PostgreSQL", e);
        }
    }

    private boolean endsWithin(int seconds) throws IOException {
        try {
            process.onExit().get(seconds, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IOException("Can't tell whether PostgreSQL has stopped", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while stopping PostgreSQL", e);
        }
    }
}
