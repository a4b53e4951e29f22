package io.vibee.sandbox;

import com.typesafe.config.ConfigFactory;
import io.vibee.journal.Eventually;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorSystem;

/** An actor system that is enough for the simulated servers. */
public final class SandboxSystem implements AutoCloseable {
    private final ActorTestKit kit = ActorTestKit.create(
            "sandbox",
            ConfigFactory.parseString("pekko.actor.provider = local, pekko.loglevel = WARNING")
                    .withFallback(ConfigFactory.defaultReference())
                    .resolve());

    public ActorSystem<?> system() {
        return kit.system();
    }

    public BotApiServer botApi() {
        return Eventually.value(BotApiServer.start(system(), 0));
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
    }
}
