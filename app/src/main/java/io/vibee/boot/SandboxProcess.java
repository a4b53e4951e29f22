package io.vibee.boot;

import com.typesafe.config.ConfigFactory;
import io.vibee.sandbox.Sandbox;
import io.vibee.sandbox.SandboxBot;
import io.vibee.settings.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The sandbox in a process of its own, for several nodes that share it: a simulated Telegram and a model, with some ready bots. */
final class SandboxProcess {

    private static final int BOTS = 6;

    private SandboxProcess() {}

    /** Serves until SIGTERM; what it says shows how nodes reach it. */
    static void run(Settings settings) {
        int port = settings.service().sandboxPort();
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.empty(),
                "sandbox",
                ConfigFactory.parseString("pekko.actor.provider = local").withFallback(ConfigFactory.load()));
        Sandbox sandbox;
        try {
            sandbox = Sandbox.start(system, port).toCompletableFuture().join();
        } catch (RuntimeException e) {
            System.err.println("The sandbox's address 127.0.0.1:" + port + " can't be used (VIBEE_SANDBOX_PORT)");
            System.exit(1);
            throw e;
        }
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0), "shutdown"));
        System.out.println(text(sandbox));
        system.getWhenTerminated().toCompletableFuture().join();
    }

    private static String text(Sandbox sandbox) {
        List<SandboxBot> bots = new ArrayList<>();
        bots.add(sandbox.bot());
        for (int i = 2; i <= BOTS; i++) {
            bots.add(sandbox.world().createBot("vibee_sandbox_bot_" + i));
        }
        return """
                Telegram and a model are simulated here. Start nodes with

                  TELEGRAM_API_URL=%s
                  OPENAI_BASE_URL=%s
                  OPENAI_API_KEY=any

                Write to the bots at %s. Their tokens:

                %s
                """.formatted(
                        sandbox.telegramUrl(),
                        sandbox.modelUrl(),
                        sandbox.pageUrl(),
                        bots.stream().map(bot -> "  " + bot.token().reveal()).collect(Collectors.joining("\n")));
    }
}
