package io.vibee.boot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vibee.journal.Eventually;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The real service in JVMs of its own, one after the other on the same ports and, unless told otherwise, the same embedded database,
 * spoken to over HTTP only. Closing it ends the last JVM and the PostgreSQL that it may have left behind.
 */
final class ServiceLives implements AutoCloseable {
    private static final Duration START_WITHIN = Duration.ofMinutes(2);
    private static final String PASSWORD = "correct horse battery";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final Path data;
    private final Map<String, String> environment;
    private final URI url;
    private final String node;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private @Nullable ForkedJvm jvm;
    private int lives;
    private Instant startedAt = Instant.EPOCH;
    private String accessToken = "";

    /** None runs yet. */
    ServiceLives(Path directory, Map<String, String> settings) throws IOException {
        this.directory = directory;
        data = EmbeddedData.in(directory);
        environment = new HashMap<>(settings);
        environment.put("VIBEE_DATA_DIR", data.toString());
        List<Integer> ports = FreePorts.take(3);
        environment.put("VIBEE_HTTP_PORT", ports.get(0).toString());
        environment.put("VIBEE_CLUSTER_PORT", ports.get(1).toString());
        environment.put("VIBEE_MANAGEMENT_PORT", ports.get(2).toString());
        url = URI.create("http://127.0.0.1:" + ports.getFirst());
        node = "pekko://vibee@127.0.0.1:" + ports.get(1);
    }

    /** Sets a variable for the lives to come. */
    void set(String variable, String value) {
        environment.put(variable, value);
    }

    /** Its address as a member of a cluster. */
    String node() {
        return node;
    }

    /** The members of its cluster as it shows them to the operator who is signed in, each with its status; none while it can't say. */
    Map<String, String> members() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(url.resolve("/api/v1/admin/nodes"))
                .header("Authorization", "Bearer " + accessToken)
                .timeout(Duration.ofSeconds(5))
                .build();
        Map<String, String> members = new HashMap<>();
        try {
            JSON.readTree(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .body())
                    .path("items")
                    .forEach(node -> members.put(
                            node.path("address").asText(), node.path("status").asText()));
        } catch (IOException away) {
            return Map.of();
        }
        members.values().removeIf("gone"::equals);
        return members;
    }

    /** A new JVM; it does not serve yet. */
    void start() throws IOException {
        jvm = ForkedJvm.start(home(), Main.class, environment);
    }

    /** The same with another build. */
    void start(Path jar) throws IOException {
        jvm = ForkedJvm.start(home(), jar, environment);
    }

    private Path home() throws IOException {
        startedAt = Instant.now();
        return Files.createDirectories(directory.resolve("life-" + ++lives));
    }

    /** Returns when it serves. */
    void awaitReady() throws Exception {
        Eventually.until("the service is ready", START_WITHIN, () -> {
            if (!running().process().isAlive()) {
                throw new AssertionError("it ended; out: " + running().out() + " err: "
                        + running().err());
            }
            return ready();
        });
    }

    /** {@code kill -9}; PostgreSQL lives on. */
    void kill() throws InterruptedException {
        Process process = running().process();
        process.destroyForcibly();
        process.waitFor();
    }

    /** SIGTERM; gives the exit status. */
    int terminate(int withinSeconds) throws Exception {
        running().process().destroy();
        return running().exitStatus(withinSeconds);
    }

    ForkedJvm running() {
        ForkedJvm current = jvm;
        if (current == null) {
            throw new IllegalStateException("not started");
        }
        return current;
    }

    /** When the JVM that runs now was started. */
    Instant startedAt() {
        return startedAt;
    }

    /** PostgreSQL's process, when it runs. */
    Optional<ProcessHandle> postgres() throws IOException {
        Path record = data.resolve("postgres").resolve("postmaster.pid");
        if (!Files.exists(record)) {
            return Optional.empty();
        }
        return ProcessHandle.of(
                        Long.parseLong(Files.readAllLines(record).getFirst().strip()))
                .filter(process -> process.info().command().orElse("").contains("postgres") && process.isAlive());
    }

    void register(String username) throws Exception {
        enter("register", username, 201);
    }

    void signIn(String username) throws Exception {
        enter("login", username, 200);
    }

    private void enter(String how, String username, int expected) throws Exception {
        String body = JSON.createObjectNode()
                .put("username", username)
                .put("password", PASSWORD)
                .toString();
        accessToken = call("POST", "/api/v1/auth/" + how, body, expected)
                .path("access_token")
                .asText();
    }

    void connect(String botToken) throws Exception {
        String body = JSON.createObjectNode()
                .put("bot_token", botToken)
                .put("default_mode", "digital_twin")
                .toString();
        call("POST", "/api/v1/sessions/connect", body, 201);
    }

    /** All items of a list, page by page. */
    List<JsonNode> all(String path) throws Exception {
        List<JsonNode> items = new ArrayList<>();
        String separator = path.contains("?") ? "&" : "?";
        String cursor = "";
        do {
            JsonNode page = call("GET", path + separator + "limit=100" + cursor, null, 200);
            page.path("items").forEach(items::add);
            cursor = page.path("next_cursor").isTextual()
                    ? "&cursor=" + page.path("next_cursor").textValue()
                    : "";
        } while (!cursor.isEmpty());
        return items;
    }

    /** A counter's sum over all its series whose labels contain this text; 0 when there is none. */
    double counter(String name, String label) throws Exception {
        HttpResponse<String> scrape = send("GET", "/metrics", null);
        return scrape.body()
                .lines()
                .filter(line -> line.startsWith(name) && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Override
    public void close() throws IOException {
        if (jvm != null) {
            jvm.close();
            end(jvm.process().toHandle());
        }
        Optional<ProcessHandle> orphan = postgres();
        if (orphan.isPresent()) {
            orphan.get().destroy();
            end(orphan.get());
        }
        client.close();
    }

    private static void end(ProcessHandle process) {
        try {
            process.onExit().get(20, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        } catch (Exception e) {
            throw new AssertionError("can't wait for process " + process.pid(), e);
        }
    }

    private boolean ready() throws InterruptedException {
        try {
            return send("GET", "/health/ready", null).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private JsonNode call(String method, String path, @Nullable String body, int expected) throws Exception {
        HttpResponse<String> response = send(method, path, body);
        if (response.statusCode() != expected) {
            throw new AssertionError(method + " " + path + ": " + response.statusCode() + " " + response.body());
        }
        return JSON.readTree(response.body());
    }

    private HttpResponse<String> send(String method, String path, @Nullable String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(path))
                .timeout(Duration.ofSeconds(20))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (!accessToken.isEmpty()) {
            request.header("Authorization", "Bearer " + accessToken);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Held together until all are found, so that they differ. */
}
