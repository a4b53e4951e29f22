package io.vibee.sandbox;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Posts updates to webhooks, and says in Telegram's words what went wrong. */
class WebhookPoster {
    private final ActorSystem<?> system;

    WebhookPoster(ActorSystem<?> system) {
        this.system = system;
    }

    /** The stage's value is null when the update was taken. It never fails. */
    CompletionStage<@Nullable String> post(String url, String secret, String json) {
        HttpRequest request =
                HttpRequest.POST(url).withEntity(ContentTypes.APPLICATION_JSON, ByteString.fromString(json));
        return Http.get(system)
                .singleRequest(
                        secret.isEmpty()
                                ? request
                                : request.addHeader(RawHeader.create("X-Telegram-Bot-Api-Secret-Token", secret)))
                .thenApply(response -> {
                    response.discardEntityBytes(system);
                    return response.status().isSuccess()
                            ? null
                            : "Wrong response from the webhook: "
                                    + response.status().intValue() + " "
                                    + response.status().reason();
                })
                .exceptionally(WebhookPoster::words);
    }

    private static String words(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return String.valueOf(cause.getMessage()).contains("refused") ? "Connection refused" : "Connection failed";
    }
}
