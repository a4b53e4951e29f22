package io.vibee.operator;

import io.vibee.telegram.BotOffer;
import io.vibee.telegram.MessageSplitter;
import io.vibee.telegram.SendRequest;
import io.vibee.telegram.SendRequest.Button;
import io.vibee.telegram.TelegramClient;
import io.vibee.telegram.TelegramException;
import io.vibee.telegram.TelegramFailure;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to people in their own chat with the operator's bot. What Telegram refuses for good is logged and counts as done; what may be
 * said later fails.
 */
final class DeskSender {

    private static final Logger LOG = LoggerFactory.getLogger(DeskSender.class);

    private final TelegramClient telegram;
    private final OperatorBot bot;

    DeskSender(TelegramClient telegram, OperatorBot bot) {
        this.telegram = telegram;
        this.bot = bot;
    }

    CompletionStage<Done> write(long telegramUserId, String text) {
        return write(telegramUserId, text, List.of()).thenApply(sent -> Done.getInstance());
    }

    /** Gives the message's id; empty when Telegram takes none for this person. */
    CompletionStage<Optional<Long>> write(long telegramUserId, String text, List<List<Button>> buttons) {
        return finalIsDone(
                telegram.sendMessage(bot.token(), SendRequest.toChat(telegramUserId, cut(text), buttons))
                        .thenApply(Optional::of),
                Optional.empty());
    }

    /** Offers a person to make a bot. */
    CompletionStage<Done> offer(long telegramUserId, String text, BotOffer offer) {
        return finalIsDone(
                telegram.offerBot(bot.token(), telegramUserId, cut(text), offer).thenApply(sent -> Done.getInstance()),
                Done.getInstance());
    }

    /** Replaces a message that was written before. */
    CompletionStage<Done> replace(long telegramUserId, long messageId, String text, List<List<Button>> buttons) {
        return finalIsDone(
                telegram.editMessage(bot.token(), telegramUserId, messageId, cut(text), buttons), Done.getInstance());
    }

    /** Shows a word to whoever pressed a button; best effort, for Telegram forgets a press soon. */
    CompletionStage<Done> acknowledge(String queryId, String text) {
        return telegram.answerCallback(bot.token(), queryId, text).exceptionally(failure -> Done.getInstance());
    }

    private static String cut(String text) {
        List<String> parts = MessageSplitter.split(text);
        return parts.isEmpty() ? "…" : parts.getFirst();
    }

    private static <T> CompletionStage<T> finalIsDone(CompletionStage<T> sent, T nothing) {
        return sent.exceptionallyCompose(thrown -> {
            Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : null;
            Throwable failure = cause == null ? thrown : cause;
            boolean refused = failure instanceof TelegramException answer
                    && (answer.failure() instanceof TelegramFailure.Forbidden
                            || answer.failure() instanceof TelegramFailure.BadRequest
                            || answer.failure() instanceof TelegramFailure.NotFound
                            || answer.failure() instanceof TelegramFailure.Unauthorized);
            if (!refused) {
                return CompletableFuture.failedStage(failure);
            }
            LOG.info("the operator's bot can't write to a person: {}", failure.toString());
            return CompletableFuture.completedStage(nothing);
        });
    }
}
