package io.vibee.boot;

import io.vibee.journal.Eventually;
import io.vibee.sandbox.BotApiServer;
import io.vibee.sandbox.Fault;
import io.vibee.sandbox.ModelServer;
import io.vibee.sandbox.RecordedRequest;
import io.vibee.sandbox.SandboxBot;
import io.vibee.sandbox.SandboxSystem;
import io.vibee.sandbox.SandboxWorld;
import io.vibee.telegram.BotToken;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Telegram and a model, simulated over HTTP; they outlive the nodes that use them. */
final class Outside implements AutoCloseable {

    static final String SEND = "sendMessage";
    static final String POLL = "getUpdates";

    private final SandboxSystem servers = new SandboxSystem();
    private final BotApiServer telegram = servers.botApi();
    private final ModelServer model = Eventually.value(ModelServer.start(servers.system(), 0));
    private final AtomicInteger bots = new AtomicInteger();

    BotApiServer telegram() {
        return telegram;
    }

    ModelServer model() {
        return model;
    }

    SandboxWorld world() {
        return telegram.world();
    }

    /** A bot that nobody has connected. */
    SandboxBot bot() {
        return world().createBot("test_" + bots.incrementAndGet() + "_bot");
    }

    /** The next calls of a method by a bot go wrong. */
    void fail(int calls, String method, SandboxBot bot, Fault fault) {
        telegram.faults().next(calls, method, bot, fault);
    }

    /** The next requests for a completion go wrong. */
    void failModel(int calls, Fault fault) {
        model.faults().next(calls, ModelServer.COMPLETIONS, fault);
    }

    /** The bot's calls of a method, oldest first. */
    List<RecordedRequest> calls(String method, SandboxBot bot) {
        return telegram.requests().requests(method).stream()
                .filter(request -> request.botId() == bot.id())
                .toList();
    }

    long modelCalls() {
        return model.requests().count(ModelServer.COMPLETIONS);
    }

    /** A token that Telegram does not know. */
    static BotToken unknownToken() {
        return BotToken.of("7999999999:AAaaAAaaAAaaAAaaAAaaAAaaAAaaAAaaAAa");
    }

    @Override
    public void close() {
        Eventually.value(telegram.stop());
        Eventually.value(model.stop());
        servers.close();
    }
}
