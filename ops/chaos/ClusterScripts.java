import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The scripts of {@code ops/cluster}, and which nodes they started run. For one thread. */
final class ClusterScripts {
    private static final List<Integer> NUMBERS = List.of(1, 2, 3, 4, 5, 6, 7, 8, 9);

    private static final int MOST_TRIES = 5;

    private final Path scripts;
    private final Path state;
    /** The order in which each node began to serve. */
    private final Map<Integer, Integer> ages = new HashMap<>();

    private int started;

    ClusterScripts(Path scripts, Path state) {
        this.scripts = scripts;
        this.state = state;
    }

    /** Starts nodes at once until so many run. One that ends while it starts is started again, as a supervisor would. */
    void start(int wanted) {
        for (int tries = 0; running().size() < wanted; tries++) {
            if (tries == MOST_TRIES) {
                throw new IllegalStateException("nodes don't start, see " + out().file());
            }
            List<Integer> missing = NUMBERS.stream()
                    .filter(node -> !runs(node))
                    .limit(wanted - running().size())
                    .toList();
            missing.forEach(ages::remove);
            missing.stream()
                    .map(node -> CompletableFuture.runAsync(() -> run("add", String.valueOf(node)))
                            .exceptionally(ended -> null))
                    .toList()
                    .forEach(CompletableFuture::join);
            missing.stream().filter(this::runs).forEach(node -> ages.put(node, started++));
        }
    }

    /** As a crash. */
    void kill(int node) {
        run("kill", String.valueOf(node));
    }

    void terminate(int node) {
        run("kill", String.valueOf(node), "TERM");
    }

    /** It begins at once; done when the node goes on. */
    CompletableFuture<Void> freeze(int node, int seconds) {
        return CompletableFuture.runAsync(() -> run("freeze", String.valueOf(node), String.valueOf(seconds)));
    }

    void cut(int from, int to, boolean oneWay) {
        if (oneWay) {
            run("cut", String.valueOf(from), String.valueOf(to), "one-way");
        } else {
            run("cut", String.valueOf(from), String.valueOf(to));
        }
    }

    void heal() {
        run("heal");
    }

    /** Whether this machine lets nodes be cut off. */
    boolean canCut() {
        try {
            heal();
            return true;
        } catch (IllegalStateException cannot) {
            return false;
        }
    }

    void killPostgres() {
        run("postgres", "kill");
    }

    void startPostgres() {
        run("postgres", "start");
    }

    /** The nodes that run, the oldest first. */
    List<Integer> running() {
        return NUMBERS.stream()
                .filter(this::runs)
                .sorted(Comparator.comparing(node -> ages.getOrDefault(node, Integer.MAX_VALUE)))
                .toList();
    }

    boolean runs(int node) {
        try {
            Path pid = state.resolve("node-" + node + ".pid");
            return Files.exists(pid)
                    && ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
                            .map(ProcessHandle::isAlive)
                            .orElse(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of(scripts.resolve(script).toString()));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out()).start();
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException(
                        String.join(" ", command) + ": exit " + status + ", see " + out().file());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A file, since nodes inherit it and outlive the script. */
    private ProcessBuilder.Redirect out() {
        return ProcessBuilder.Redirect.appendTo(state.resolve("scripts.log").toFile());
    }
}
