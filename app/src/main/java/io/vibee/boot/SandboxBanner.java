package io.vibee.boot;

import io.vibee.account.Credentials;
import io.vibee.account.SignIn;
import io.vibee.account.SignInClient;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.session.Delivery;
import io.vibee.sandbox.Sandbox;
import io.vibee.sandbox.SandboxBot;
import io.vibee.session.Connections;
import io.vibee.settings.Secrets;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.concurrent.CompletionStage;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a visitor of the sandbox finds ready: a user whose bot answers already, a second bot to connect, and how to go on. */
final class SandboxBanner {

    private static final Logger LOG = LoggerFactory.getLogger(SandboxBanner.class);
    private static final String USERNAME = "demo";
    private static final int PASSWORD_BYTES = 10;

    private final Sandbox sandbox;
    private final Credentials credentials;
    private final Connections connections;
    private final Secrets secrets;

    SandboxBanner(Sandbox sandbox, Credentials credentials, Connections connections, Secrets secrets) {
        this.sandbox = sandbox;
        this.credentials = credentials;
        this.connections = connections;
        this.secrets = secrets;
    }

    void prepareAndPrint(String host, int port) {
        SandboxBot spare = sandbox.world().createBot("vibee_spare_bot");
        String password = password();
        signIn(password)
                .thenCompose(user -> connections
                        .connect(user.user().id(), sandbox.bot().token(), ChatMode.DIGITAL_TWIN, Delivery.POLLING)
                        .thenApply(connected -> user))
                .whenComplete((user, failure) -> {
                    if (failure != null) {
                        LOG.error("the sandbox's user could not be made ready", failure);
                    } else {
                        System.out.println(text("http://" + host + ":" + port, password, user, spare));
                    }
                });
    }

    /** The same after every start on the same data, as long as the master key is. */
    private String password() {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(
                    secrets.masterKey().reveal().getBytes(StandardCharsets.UTF_8), mac.getAlgorithm()));
            byte[] digest = mac.doFinal("the sandbox user's password".getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, PASSWORD_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 is not available", e);
        }
    }

    private CompletionStage<SignIn.Granted> signIn(String password) {
        return credentials
                .signIn(USERNAME, password, SignInClient.SELF)
                .thenCompose(known -> known instanceof SignIn.Granted in
                        ? java.util.concurrent.CompletableFuture.completedStage(in)
                        : credentials
                                .register(USERNAME, password, null, SignInClient.SELF)
                                .thenApply(made -> {
                                    if (made instanceof SignIn.Granted in) {
                                        return in;
                                    }
                                    throw new IllegalStateException("the user '" + USERNAME
                                            + "' exists with another password (delete VIBEE_DATA_DIR to begin anew)");
                                }));
    }

    private String text(String api, String password, SignIn.Granted user, SandboxBot spare) {
        return """

                Vibee runs with its sandbox: Telegram and the model are simulated inside this process.

                  Write to the bot   %s   (it answers after two seconds: you may have more to say)
                  API                %s
                  user               %s
                  password           %s
                  access token       %s
                                     (for 15 minutes; POST /api/v1/auth/login gives another)
                  bot token          %s
                                     (@%s, not connected yet: POST /api/v1/sessions/connect connects it)
                  secretary          @%s (on the same page people connect it to their profile)
                """.formatted(
                        sandbox.pageUrl(),
                        api,
                        USERNAME,
                        password,
                        user.accessToken(),
                        spare.token().reveal(),
                        spare.username(),
                        sandbox.operatorBot().username());
    }
}
