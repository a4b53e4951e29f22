package io.vibee.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.ConfigFactory;
import io.vibee.account.AccessTokens;
import io.vibee.account.Credentials;
import io.vibee.account.Erasure;
import io.vibee.account.PasswordThreads;
import io.vibee.account.Passwords;
import io.vibee.account.SignInGuard;
import io.vibee.account.SignInTries;
import io.vibee.cluster.Entities;
import io.vibee.journal.JournalOffset;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.PoolSettings;
import io.vibee.journal.database.Query;
import io.vibee.journal.database.TestDatabase;
import io.vibee.journal.projection.ProjectionHandler;
import io.vibee.metrics.Metrics;
import io.vibee.operator.ManagedBots;
import io.vibee.operator.OperatorBot;
import io.vibee.persistence.account.RefreshTokens;
import io.vibee.persistence.account.TelegramLinks;
import io.vibee.persistence.account.Users;
import io.vibee.persistence.audit.AuditLog;
import io.vibee.persistence.erasure.Erasures;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.persistence.keys.MasterKey;
import io.vibee.persistence.read.ConversationProjection;
import io.vibee.persistence.read.ReadChats;
import io.vibee.persistence.read.ReadDeadLetters;
import io.vibee.persistence.read.ReadDrafts;
import io.vibee.persistence.read.ReadErasure;
import io.vibee.persistence.read.ReadMessages;
import io.vibee.persistence.read.UsageDays;
import io.vibee.persistence.read.UsageProjection;
import io.vibee.persistence.session.SessionRows;
import io.vibee.persistence.telegram.ManagedBotRows;
import io.vibee.protocol.account.AccountEvent;
import io.vibee.protocol.account.SignInTriesCommand;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.session.Bot;
import io.vibee.session.Connections;
import io.vibee.session.PostedUpdates;
import io.vibee.session.Webhooks;
import io.vibee.telegram.BotToken;
import io.vibee.telegram.TelegramClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.persistence.query.typed.EventEnvelope;
import org.jspecify.annotations.Nullable;

/**
 * The whole API on an ephemeral port: real HTTP, a real database, a Telegram that answers getMe; in the place of the entities,
 * {@link StandIns} that do what a test tells them.
 */
final class Api implements AutoCloseable {

    static final NodeRoutes.NodeView NODE = new NodeRoutes.NodeView(
            "pekko://vibee@10.0.0.7:17355",
            "1.2.3",
            "up",
            true,
            true,
            true,
            Instant.EPOCH,
            Instant.EPOCH,
            0.25,
            3L,
            40L);

    static final Webhooks WEBHOOKS =
            new Webhooks(URI.create("https://vibee.example.org"), "a master key of the tests, long enough", null);

    static final String SECRET = "a secret of the tests that is long enough";

    final ActorTestKit kit;
    final StandIns entities;
    final Database database = Database.open(TestDatabase.fresh(), PoolSettings.defaults());
    final Users users = new Users(database);
    final SessionRows sessions = new SessionRows(database);
    final ManagedBotRows managedBots = new ManagedBotRows(database);
    final KeyStore keys = new KeyStore(database, MasterKey.of("a master key of the tests, long enough"));
    final Erasures erasures = new Erasures(database, keys, new ReadErasure());
    final AccessTokens tokens = new AccessTokens(SECRET, Clock.systemUTC());
    final ThreadPoolExecutor passwordThreads = PasswordThreads.create(2, 16);
    final Passwords passwords = new Passwords(passwordThreads, new Passwords.Cost(64, 1));
    final Map<String, Supplier<CompletionStage<ReadinessCheck>>> checks = new LinkedHashMap<>();

    static final Bot OPERATOR = new Bot(9, "operators_bot");
    volatile Optional<Bot> operatorBot = Optional.of(OPERATOR);

    private final AddressLimiter addresses;
    private final HttpServer telegramServer;
    private volatile int telegramStatus = 200;
    /** Results of methods other than getMe, by their names. */
    final Map<String, String> telegramResults = new ConcurrentHashMap<>();
    /** Methods that are refused, with the status. */
    final Map<String, Integer> telegramRefusals = new ConcurrentHashMap<>();
    /** The last body of each method's calls. */
    final Map<String, String> telegramHeard = new ConcurrentHashMap<>();

    private final TelegramClient telegram;
    final Connections connections;
    private final FrontBinding binding;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private Api(
            int addressPerMinute, String config, Map<String, Supplier<CompletionStage<ReadinessCheck>>> moreChecks) {
        checks.putAll(moreChecks);
        kit = ActorTestKit.create(ConfigFactory.parseString(config + """

                        pekko.actor.provider = local
                        """)
                .withFallback(ConfigFactory.parseString("vibee.test.connections-per-address = 512"))
                .withFallback(ConfigFactory.parseResources("http.conf"))
                .withFallback(ConfigFactory.parseString("pekko.loglevel = WARNING"))
                .withFallback(ConfigFactory.defaultReference())
                .resolve());
        addresses = new AddressLimiter(addressPerMinute);
        entities = new StandIns(kit);
        telegramServer = telegramServer();
        telegram = new TelegramClient(
                URI.create("http://127.0.0.1:" + telegramServer.getAddress().getPort()));
        connections = new Connections(telegram, keys, sessions, entities.entities(), system().scheduler(), 2);
        checks.put(
                "database",
                () -> database.ping().thenApply(up -> up ? ReadinessCheck.up() : ReadinessCheck.down("no answer")));
        binding = await(new HttpFront(
                        system(),
                        addresses,
                        system().settings().config().getInt("vibee.test.connections-per-address"),
                        routes())
                .bind("127.0.0.1", 0));
    }

    static Api start() {
        return new Api(0, "", Map.of());
    }

    static Api startWith(int addressPerMinute, String config) {
        return new Api(addressPerMinute, config, Map.of());
    }

    static Api startWith(
            int addressPerMinute, String config, Map<String, Supplier<CompletionStage<ReadinessCheck>>> moreChecks) {
        return new Api(addressPerMinute, config, moreChecks);
    }

    private ActorSystem<?> system() {
        return kit.system();
    }

    private List<org.apache.pekko.http.javadsl.server.Route> routes() {
        Entities reached = entities.entities();
        AuthenticatedEndpoint endpoint = new AuthenticatedEndpoint(system(), tokens, reached);
        EntityPage gathering = new EntityPage(system());
        ClearTexts texts = new ClearTexts(keys);
        AuditLog audit = new AuditLog(database);
        ActorRef<SignInTriesCommand> tries = kit.spawn(SignInTries.create("all"));
        Credentials credentials = new Credentials(
                users,
                new RefreshTokens(database),
                tokens,
                passwords,
                new SignInGuard(SECRET, part -> tries, system().scheduler()),
                reached,
                system().scheduler(),
                Clock.systemUTC());
        AuditItems auditItems = new AuditItems(texts);
        SessionLookup views = new SessionLookup(endpoint, reached);
        ReadChats chats = new ReadChats(database);
        ChatMessages messages = new ChatMessages(chats, new ReadMessages(database), sessions, system());
        Erasure erasure = new Erasure(erasures, sessions, reached, system().scheduler());
        UserRoutes userRoutes = new UserRoutes(endpoint, users, erasure, reached);
        Export export =
                new Export(endpoint, reached, sessions, views, audit, auditItems, messages, new UsageDays(database));
        return List.of(
                new AuthRoutes(endpoint, credentials).route(),
                userRoutes.route(),
                new ExportRoutes(system(), endpoint, userRoutes, export).route(),
                new UsageRoutes(endpoint, reached).route(),
                new LinkRoutes(
                                endpoint,
                                () -> CompletableFuture.completedStage(operatorBot),
                                new TelegramLinks(database))
                        .route(),
                new SessionRoutes(endpoint, sessions, connections, reached, views, gathering, WEBHOOKS).route(),
                new ManagedBotRoutes(
                                endpoint,
                                sessions,
                                new ManagedBots(
                                        new OperatorBot(
                                                system(),
                                                BotToken.of(OPERATOR.id() + ":" + "o".repeat(35)),
                                                users,
                                                sessions,
                                                connections,
                                                reached,
                                                telegram),
                                        managedBots,
                                        connections,
                                        telegram))
                        .route(),
                new WebhookRoutes(endpoint, addresses, WEBHOOKS, new PostedUpdates(system(), reached, new Metrics()))
                        .route(),
                new ChatRoutes(endpoint, reached, chats, messages, Duration.ofSeconds(125)).route(),
                new DeadLetterRoutes(
                                system(),
                                endpoint,
                                reached,
                                new ReadDeadLetters(database),
                                sessions,
                                new SendingSessions(sessions, views),
                                Clock.systemUTC())
                        .route(),
                new DraftRoutes(endpoint, reached, new ReadDrafts(database), new SendingSessions(sessions, views))
                        .route(),
                new AuditRoutes(endpoint, audit, auditItems).route(),
                new NodeRoutes(
                                endpoint,
                                new Operators(users, Set.of("Olga")),
                                () -> CompletableFuture.completedStage(List.of(NODE)))
                        .route(),
                new HealthRoutes(endpoint, "1.2.3", checks).route(),
                new MetricsRoutes(endpoint, () -> "one_total 1\n").route());
    }

    /** Has the read tables show what happened in a chat, from its first event on. */
    void inChat(String chatId, List<ChatEvent> events) {
        project(new ConversationProjection(keys, (text, language) -> language), "Chat", chatId, events);
    }

    /** The same for an account. */
    void inAccount(String userId, List<AccountEvent> events) {
        project(new UsageProjection(), "Account", userId, events);
    }

    private <E> void project(ProjectionHandler<E> handler, String entityType, String id, List<E> events) {
        List<EventEnvelope<E>> envelopes = new ArrayList<>();
        for (E event : events) {
            envelopes.add(EventEnvelope.create(
                    JournalOffset.START, entityType + "|" + id, envelopes.size() + 1L, event, 0L, entityType, 0));
        }
        await(handler.prepare(envelopes)
                .thenCompose(rows -> database.inTransaction(connection -> Query.on(
                                        connection,
                                        "insert into projection (name) values ('conversations'), ('usage') on conflict do nothing")
                                .update()
                                .then(rows.write(connection, 1)))
                        .toFuture()));
    }

    private HttpServer telegramServer() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                String path = exchange.getRequestURI().getPath();
                String id = path.replaceAll("/bot(\\d+):.*", "$1");
                String method = path.substring(path.lastIndexOf('/') + 1);
                telegramHeard.put(method, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                int status = telegramRefusals.getOrDefault(method, telegramStatus);
                String me =
                        "{\"id\":%s,\"is_bot\":true,\"first_name\":\"Bot\",\"username\":\"bot_%s\"}".formatted(id, id);
                String body = switch (status) {
                    case 200 -> "{\"ok\":true,\"result\":" + telegramResults.getOrDefault(method, me) + "}";
                    case 429 -> """
                            {"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":7}}""";
                    default -> """
                            {"ok":false,"error_code":%d,"description":"refused"}""".formatted(status);
                };
                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                exchange.sendResponseHeaders(status, bytes.length);
                exchange.getResponseBody().write(bytes);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void telegramAnswers(int status) {
        telegramStatus = status;
    }

    int port() {
        return binding.localAddress().getPort();
    }

    /** Someone who is signed in. */
    record Someone(String id, String username, String accessToken, String refreshToken) {}

    Someone register(String username) {
        Answer answer = post(null, "/api/v1/auth/register", """
                {"username":"%s","password":"correct horse battery"}""".formatted(username));
        if (answer.status() != 201) {
            throw new AssertionError("registration failed: " + answer.body());
        }
        JsonNode json = answer.json();
        return new Someone(
                json.path("user").path("id").asText(),
                username,
                json.path("access_token").asText(),
                json.path("refresh_token").asText());
    }

    /** An answer, whole. */
    record Answer(int status, Map<String, List<String>> headers, String body) {

        JsonNode json() {
            try {
                return Json.MAPPER.readTree(body);
            } catch (IOException e) {
                throw new AssertionError("not JSON: " + body, e);
            }
        }

        @Nullable
        String header(String name) {
            return headers.entrySet().stream()
                    .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                    .map(entry -> entry.getValue().getFirst())
                    .findFirst()
                    .orElse(null);
        }

        /** The problem's kind, or "" when it is none. */
        String problem() {
            return json().path("type").asText("").replace("urn:vibee:problem:", "");
        }

        /** Where the first error is. */
        String pointer() {
            JsonNode first = json().path("errors").path(0);
            return first.path("pointer")
                    .asText(first.path("parameter").asText(first.path("header").asText("none")));
        }
    }

    Answer get(@Nullable Someone who, String path) {
        return send(who, "GET", path, null);
    }

    Answer post(@Nullable Someone who, String path, @Nullable String json) {
        return send(who, "POST", path, json);
    }

    Answer send(@Nullable Someone who, String method, String path, @Nullable String json, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(20))
                .method(
                        method,
                        json == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(json));
        if (json != null && !List.of(headers).contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        if (who != null) {
            request.header("Authorization", "Bearer " + who.accessToken());
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.headers().map(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        await(binding.terminate(Duration.ofSeconds(1)));
        telegramServer.stop(0);
        telegram.close();
        client.close();
        passwordThreads.shutdownNow();
        kit.shutdownTestKit();
        await(database.closeLater());
    }
}
