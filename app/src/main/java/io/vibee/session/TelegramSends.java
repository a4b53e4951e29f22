package io.vibee.session;

import io.vibee.metrics.LivePreviewOutcome;
import io.vibee.metrics.Metrics;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.telegram.RefusalScope;
import io.vibee.telegram.SendRequest;
import io.vibee.telegram.TelegramClient;
import io.vibee.telegram.TelegramFailure;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one session sends to Telegram: texts, live previews of answers, "typing", and that a chat was read. Each call comes back to the session as one
 * {@link SessionStep}; whether it may be made was decided before.
 */
final class TelegramSends {

    private static final Logger LOG = LoggerFactory.getLogger(TelegramSends.class);

    private final ActorContext<SessionCommand> context;
    private final TelegramClient telegram;
    private final Metrics metrics;
    private final TwinTexts twinTexts;
    /** Live previews on their way, by Telegram's id of their chat. */
    private final Map<Long, CompletionStage<Done>> previews = new HashMap<>();

    TelegramSends(ActorContext<SessionCommand> context, SessionDependencies dependencies) {
        this.context = context;
        this.telegram = dependencies.telegram();
        this.metrics = dependencies.metrics();
        this.twinTexts = dependencies.twinTexts();
    }

    /** Sends a text, when the live preview that is on its way to the same chat has arrived: a preview must not outlive its message. */
    void send(OpenToken sender, SessionCommand.Deliver deliver) {
        SessionCommand.OutgoingText message = deliver.message();
        String connectionId = message.businessConnectionId();
        if (connectionId != null) {
            twinTexts.sends(connectionId, message.telegramChatId(), message.text());
        }
        SendRequest request = new SendRequest(
                message.telegramChatId(),
                message.text(),
                message.entities(),
                message.linkPreview(),
                message.messageThreadId(),
                connectionId,
                null);
        CompletionStage<Done> before = previews.get(message.telegramChatId());
        CompletionStage<Long> sent = before == null
                ? send(sender, request)
                : before.exceptionally(failure -> Done.getInstance()).thenCompose(shown -> send(sender, request));
        context.pipeToSelf(
                sent,
                (messageId, failure) -> messageId != null
                        ? new SessionStep.SendAnswered(deliver, sender.stored(), messageId, null)
                        : new SessionStep.SendAnswered(deliver, sender.stored(), null, TelegramFailures.of(failure)));
    }

    private CompletionStage<Long> send(OpenToken sender, SendRequest request) {
        return inThread(request.messageThreadId(), thread -> telegram.sendMessage(sender.clear(), request.in(thread)));
    }

    void showLivePreview(OpenToken sender, SessionCommand.ShowLivePreview preview) {
        long chat = preview.telegramChatId();
        CompletionStage<Done> shown = inThread(
                preview.messageThreadId(),
                thread -> telegram.sendDraft(sender.clear(), chat, thread, preview.draftId(), preview.text()));
        previews.put(chat, shown);
        // The session's own thread adapts the answer, as it does all that touches the map.
        context.pipeToSelf(shown, (done, failure) -> {
            previews.remove(chat);
            metrics.livePreviewed(done != null ? LivePreviewOutcome.SENT : LivePreviewOutcome.REFUSED);
            return new SessionStep.LivePreviewAnswered(chat, done != null ? null : TelegramFailures.of(failure));
        });
    }

    /** Best effort. */
    void markRead(OpenToken sender, SessionCommand.MarkRead mark) {
        String connectionId = mark.businessConnectionId();
        if (connectionId != null) {
            var unused = telegram.readBusinessMessage(
                            sender.clear(), connectionId, mark.telegramChatId(), mark.telegramMessageId())
                    .exceptionally(thrown -> {
                        LOG.debug(
                                "a chat is not shown as read: {}",
                                TelegramFailures.of(thrown).summary());
                        return Done.getInstance();
                    });
        }
    }

    /** Best effort. */
    void showTyping(OpenToken sender, SessionCommand.ShowTyping typing) {
        CompletionStage<Done> shown = inThread(
                typing.messageThreadId(),
                thread -> telegram.sendTyping(
                        sender.clear(), typing.telegramChatId(), thread, typing.businessConnectionId()));
        ActorRef<SessionCommand> self = context.getSelf();
        shown.exceptionally(thrown -> {
            TelegramFailure failure = TelegramFailures.of(thrown);
            LOG.debug("typing was not shown: {}", failure.summary());
            if (failure instanceof TelegramFailure.FloodWait wait) {
                self.tell(new SessionStep.TypingHeld(wait.retryAfter()));
            }
            return Done.getInstance();
        });
    }

    /** Once more outside of any thread when Telegram knows no such thread: better said there than not at all. */
    private static <T> CompletionStage<T> inThread(
            @Nullable Integer threadId, Function<@Nullable Integer, CompletionStage<T>> call) {
        CompletionStage<T> first = call.apply(threadId);
        return threadId == null
                ? first
                : first.exceptionallyCompose(failure -> RefusalScope.isOfMissingThread(TelegramFailures.of(failure))
                        ? call.apply(null)
                        : CompletableFuture.failedStage(failure));
    }
}
