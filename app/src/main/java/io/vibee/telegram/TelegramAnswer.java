package io.vibee.telegram;

import io.vibee.protocol.text.Characters;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Turns the result of one call, an answer or the lack of one, into its value or a {@link TelegramFailure}. It trusts only an answer in
 * Telegram's own form: a proxy's 401 must not revoke a bot.
 */
final class TelegramAnswer<T> {
    private static final int MAX_DESCRIPTION = 300;
    private static final long MAX_RETRY_AFTER_SECONDS = 86_400;

    /** Reads the result of a successful call. */
    interface Reader<T> {
        T read(Envelope.Slice result) throws IOException;
    }

    private final BotToken token;
    private final String method;
    private final Reader<T> reader;

    TelegramAnswer(BotToken token, String method, Reader<T> reader) {
        this.token = token;
        this.method = method;
        this.reader = reader;
    }

    void complete(
            CompletableFuture<T> result, @Nullable HttpResponse<byte[]> response, @Nullable Throwable noResponse) {
        if (response == null) {
            result.completeExceptionally(failure(withoutAnswer(noResponse)));
            return;
        }
        try {
            result.complete(valueOf(response));
        } catch (TelegramException refused) {
            result.completeExceptionally(refused);
        } catch (IOException | RuntimeException unreadable) {
            result.completeExceptionally(failure(unreadable(response)));
        }
    }

    TelegramException failure(TelegramFailure failure) {
        return new TelegramException(method, failure);
    }

    private T valueOf(HttpResponse<byte[]> response) throws IOException {
        Envelope envelope = Envelope.read(response.body());
        if (!envelope.ok) {
            throw failure(refusal(envelope, response));
        }
        if (response.statusCode() / 100 != 2 || envelope.result == null) {
            throw new IOException("not an answer of the Bot API");
        }
        return reader.read(envelope.result);
    }

    private TelegramFailure refusal(Envelope envelope, HttpResponse<byte[]> response) {
        int code = envelope.errorCode != 0 ? envelope.errorCode : response.statusCode();
        String description = clean(envelope.description);
        return switch (code) {
            case 401 -> new TelegramFailure.Unauthorized();
            case 403 -> new TelegramFailure.Forbidden(description);
            case 404 ->
                method.equals("getMe") ? new TelegramFailure.Unauthorized() : new TelegramFailure.NotFound(description);
            case 409 -> new TelegramFailure.Conflict(description);
            case 420, 429 -> new TelegramFailure.FloodWait(retryAfter(envelope.retryAfterSeconds, response));
            default ->
                code >= 400 && code < 500
                        ? new TelegramFailure.BadRequest(description, envelope.migrateToChatId)
                        : new TelegramFailure.ServerError(code);
        };
    }

    private TelegramFailure unreadable(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status == 429) {
            return new TelegramFailure.FloodWait(retryAfter(null, response));
        }
        return status >= 300
                ? new TelegramFailure.ServerError(status)
                : new TelegramFailure.LostConnection("unreadable answer");
    }

    private static Duration retryAfter(@Nullable Long fromBody, HttpResponse<byte[]> response) {
        long seconds = fromBody != null
                ? fromBody
                : response.headers()
                        .firstValue("Retry-After")
                        .map(TelegramAnswer::seconds)
                        .orElse(1L);
        return Duration.ofSeconds(Math.clamp(seconds, 1L, MAX_RETRY_AFTER_SECONDS));
    }

    private static long seconds(String header) {
        try {
            return Long.parseLong(header.strip());
        } catch (NumberFormatException notSeconds) {
            return 1;
        }
    }

    private String clean(String description) {
        return Characters.storable(token.maskIn(description), MAX_DESCRIPTION);
    }

    private static TelegramFailure withoutAnswer(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpConnectTimeoutException
                    || cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof NoRouteToHostException
                    || cause instanceof UnresolvedAddressException
                    || cause instanceof SSLHandshakeException) {
                return new TelegramFailure.Unreachable(cause.getClass().getSimpleName());
            }
        }
        return new TelegramFailure.LostConnection(
                failure == null ? "no answer" : failure.getClass().getSimpleName());
    }
}
