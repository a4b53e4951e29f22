package io.vibee.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.vibee.journal.Eventually;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * An actor system that is enough for the simulated servers. What goes to its Bot API servers and comes from them must be as the Bot API is
 * described; otherwise closing it fails.
 */
public final class SandboxSystem implements AutoCloseable {
    private final ActorTestKit kit = ActorTestKit.create(
            "sandbox",
            ConfigFactory.parseString("pekko.actor.provider = local, pekko.loglevel = WARNING")
                    .withFallback(ConfigFactory.defaultReference())
                    .resolve());
    private final CheckedBotApiServer.Deviations deviations = new CheckedBotApiServer.Deviations();

    public ActorSystem<?> system() {
        return kit.system();
    }

    public BotApiServer botApi() {
        return started(false);
    }

    /** One to which a test sends requests of its own making, right and wrong: only what comes from it is checked. */
    BotApiServer botApiForAnyRequests() {
        return started(true);
    }

    private BotApiServer started(boolean anyRequests) {
        var server = new CheckedBotApiServer(system(), deviations, anyRequests);
        Eventually.value(server.open(0));
        return server;
    }

    /** What was not as described until now. */
    List<String> deviations() {
        return List.copyOf(deviations.seen());
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
        assertThat(deviations()).as("not as the Bot API is described").isEmpty();
    }
}
