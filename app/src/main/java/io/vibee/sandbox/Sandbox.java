package io.vibee.sandbox;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.japi.function.Function;

/**
 * What {@code VIBEE_SANDBOX=true} starts: Telegram, a model and a page, on one port of 127.0.0.1, with one ready bot and a few people. Bot,
 * token and people are the same after every start, so a stored session continues.
 */
public final class Sandbox {
    /** Slow enough that people see the answer come. */
    private static final Duration WORD_TAKES = Duration.ofMillis(100);

    private final SandboxHttp http;
    private final BotApiServer botApi;
    private final ModelServer model;
    private final SandboxBot bot;
    private final SandboxBot operatorBot;
    private final SandboxUser user;
    private final SandboxPage page;

    private Sandbox(
            SandboxHttp http,
            BotApiServer botApi,
            ModelServer model,
            SandboxBot bot,
            SandboxBot operatorBot,
            SandboxUser user,
            SandboxPage page) {
        this.http = http;
        this.botApi = botApi;
        this.model = model;
        this.bot = bot;
        this.operatorBot = operatorBot;
        this.user = user;
        this.page = page;
    }

    /**
     * Starts it.
     *
     * @param port 0 for a free one; with a fixed one, a stored session finds its Telegram again after a restart
     */
    public static CompletionStage<Sandbox> start(ActorSystem<?> system, int port) {
        var world = new SandboxWorld(new Timing(system), new WebhookPoster(system), SandboxNumbers.growingWithTime());
        SandboxBot bot = world.createBot("vibee_sandbox_bot");
        SandboxBot operators = world.createBot("vibee_secretary_bot");
        SandboxUser anna = world.createUser("Anna", "en", false);
        world.createUser("Борис", "ru", false);
        world.createUser("Chen", "en", false);
        SandboxChat group = world.createGroup("Book club");
        world.botJoins(bot, group, anna);

        var botApi = new BotApiServer(system, world);
        var model = new ModelServer(system);
        model.pace(WORD_TAKES);
        var page = new SandboxPage(world);
        Function<HttpRequest, CompletionStage<HttpResponse>> pages =
                page.route().seal().handler(system);
        return SandboxHttp.bind(system, port, (request, cut) -> {
                    if (BotApiServer.isCall(request)) {
                        return botApi.handle(request, cut);
                    }
                    return ModelServer.isCall(request) ? model.handle(request, cut) : pages.apply(request);
                })
                .thenApply(http -> new Sandbox(http, botApi, model, bot, operators, anna, page));
    }

    /** The value for {@code TELEGRAM_API_URL}. */
    public URI telegramUrl() {
        return http.url();
    }

    /** The value for {@code OPENAI_BASE_URL}, with the version; any key will do. */
    public URI modelUrl() {
        return http.url().resolve("/v1");
    }

    /** Where a visitor writes to the bot. */
    public URI pageUrl() {
        return http.url().resolve("/");
    }

    /** The page, to be mounted in another server as well. */
    public Route page() {
        return page.route();
    }

    /** The ready bot. */
    public SandboxBot bot() {
        return bot;
    }

    /** A bot for the operator, which people connect to their profiles. */
    public SandboxBot operatorBot() {
        return operatorBot;
    }

    /** A ready person. */
    public SandboxUser user() {
        return user;
    }

    public SandboxWorld world() {
        return botApi.world();
    }

    /** For its faults and requests; it has no port of its own here. */
    public BotApiServer botApi() {
        return botApi;
    }

    /** For its faults and requests; it has no port of its own here. */
    public ModelServer model() {
        return model;
    }

    /** Closes the port and breaks every connection. */
    public CompletionStage<Done> stop() {
        return http.stop();
    }
}
