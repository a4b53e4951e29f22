package io.vibee.sandbox;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorSystem;

/** An actor system that is enough for the simulated servers, and waiting with a deadline. */
public final class SandboxSystem implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ActorTestKit kit = ActorTestKit.create(
            "sandbox",
            ConfigFactory.parseString("pekko.actor.provider = local, pekko.loglevel = WARNING")
                    .withFallback(ConfigFactory.defaultReference())
                    .resolve());

    public ActorSystem<?> system() {
        return kit.system();
    }

    public BotApiServer botApi() {
        return get(BotApiServer.start(system(), 0));
    }

    /** The stage's value; an error when it takes longer than 30 s. */
    public static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new AssertionError("the stage failed", failed.getCause());
        } catch (TimeoutException | InterruptedException late) {
            throw new AssertionError("nothing within " + PATIENCE, late);
        }
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
    }
}
