package io.vibee.chat;

import io.vibee.protocol.Refusal;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.chat.ChatCommand.Preview;
import io.vibee.protocol.chat.ChatCommand.Previewed;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.PreviewDecision;
import io.vibee.protocol.chat.Sender;
import io.vibee.protocol.crypto.TextCipher;
import io.vibee.reply.ReplyOutcome;
import io.vibee.telegram.MarkdownReader;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * Answers what would become of a text, beside all else that a chat does: the account and the engine are asked as for a message, and
 * nothing is stored or sent. Whoever asked is answered once. Pure.
 */
final class Previews {

    /** Texts that are previewed at once in a chat. */
    static final int MOST = 3;

    /** For the account's leave and what is recalled, with a margin. */
    private static final Duration BEFORE_THE_ENGINE = Duration.ofSeconds(15);

    private final ChatRules rules;
    private final ModelCalls calls;

    Previews(ChatRules rules, ModelCalls calls) {
        this.rules = rules;
        this.calls = calls;
    }

    void begin(Turn turn, Preview preview, TextCipher key) {
        if (key.erased()) {
            turn.refuse(preview.replyTo(), Refusal.CHAT_NOT_FOUND);
            return;
        }
        ChatSettings settings = turn.profile().settings();
        NotAnsweredReason byMode = ReceiveDecision.byMode(settings.mode());
        NotAnsweredReason whyNot = byMode == null ? ReceiveDecision.byWords(settings, key, preview.text()) : byMode;
        if (whyNot != null) {
            tell(
                    turn,
                    preview,
                    new Previewed(PreviewDecision.NO_ANSWER, List.of(reason(whyNot)), null, null, null, null));
            return;
        }
        endOverdue(turn);
        if (running(turn.memory()).size() >= MOST) {
            turn.refuse(preview.replyTo(), Refusal.BUSY);
            return;
        }
        String callId =
                "preview-" + new UUID(rules.random().nextLong(), rules.random().nextLong());
        Pending message = new Pending(
                callId, 0, new Sender(0, null, false, null), key.seal(preview.text()), null, turn.now(), false, null);
        calls.begin(
                turn,
                new ModelCall(
                        callId,
                        new ModelCall.Purpose.Preview(
                                preview,
                                message,
                                turn.now().plus(rules.engineWithin()).plus(BEFORE_THE_ENGINE))));
    }

    /** The previews that run. */
    static List<ModelCall.Purpose.Preview> running(ChatMemory memory) {
        return memory.calls().values().stream()
                .map(ModelCall::purpose)
                .filter(ModelCall.Purpose.Preview.class::isInstance)
                .map(ModelCall.Purpose.Preview.class::cast)
                .toList();
    }

    void ended(Turn turn, ModelCall call, ModelCall.Purpose.Preview preview, ModelCall.End end) {
        switch (end) {
            case ModelCall.End.Refused refused -> refused(turn, preview, refused.reply());
            case ModelCall.End.Unwanted unwanted -> turn.refuse(preview.asked().replyTo(), Refusal.CHAT_NOT_FOUND);
            case ModelCall.End.Failed failed -> turn.refuse(preview.asked().replyTo(), Refusal.FAULT);
            case ModelCall.End.Ended ended -> {
                if (turn.sealing().isEmpty()) {
                    turn.refuse(preview.asked().replyTo(), Refusal.CHAT_NOT_FOUND);
                } else {
                    ended(turn, call, preview, ended.outcome());
                }
            }
        }
    }

    private static void refused(Turn turn, ModelCall.Purpose.Preview preview, GrantReply reply) {
        switch (reply) {
            case GrantReply.Exhausted exhausted -> noAnswer(turn, preview, null, reason(NotAnsweredReason.QUOTA));
            case GrantReply.Quiet quiet -> noAnswer(turn, preview, null, reason(NotAnsweredReason.QUIET_HOURS));
            case GrantReply.Granted granted ->
                throw new IllegalArgumentException("a leave that was given is no refusal");
            case GrantReply.Unavailable unavailable ->
                turn.refuse(preview.asked().replyTo(), Refusal.BUSY);
        }
    }

    private void ended(Turn turn, ModelCall call, ModelCall.Purpose.Preview preview, ReplyOutcome outcome) {
        switch (outcome) {
            case ReplyOutcome.Answered answered
            when !Composition.formatted(answered.text()).isEmpty() ->
                tell(
                        turn,
                        preview.asked(),
                        new Previewed(
                                call.draft() || Proposals.needLeave(turn.state())
                                        ? PreviewDecision.DRAFT
                                        : PreviewDecision.ANSWER,
                                List.of(why(turn.profile().settings())),
                                call.prompt(),
                                MarkdownReader.read(answered.text()).text(),
                                answered.provider(),
                                answered.model()));
            case ReplyOutcome.Answered empty -> failed(turn, call, preview, "an empty answer");
            case ReplyOutcome.Failed failed -> failed(turn, call, preview, failed.cause());
            case ReplyOutcome.Stopped stopped ->
                noAnswer(
                        turn,
                        preview,
                        call,
                        reason(NotAnsweredReason.MODERATED) + ": "
                                + stopped.why().detail());
            case ReplyOutcome.Saturated saturated -> turn.refuse(preview.asked().replyTo(), Refusal.BUSY);
        }
    }

    /** No model answered. */
    private void failed(Turn turn, ModelCall call, ModelCall.Purpose.Preview preview, String cause) {
        PreviewDecision decision = switch (turn.profile().settings().withoutAnswer()) {
            case PREDEFINED -> PreviewDecision.PREDEFINED;
            case SILENCE -> PreviewDecision.NO_ANSWER;
            case DEAD_LETTER -> PreviewDecision.DEAD_LETTER;
        };
        String text = decision == PreviewDecision.PREDEFINED
                ? turn.key()
                        .map(key -> calls.composition(turn, key)
                                .predefined(preview.message(), turn.memory().ownersLanguage()))
                        .orElse(null)
                : null;
        tell(
                turn,
                preview.asked(),
                new Previewed(decision, List.of("failed: " + cause), call.prompt(), text, null, null));
    }

    /** Each step has a deadline of its own: none stays beyond them all. */
    private static void endOverdue(Turn turn) {
        for (ModelCall call : List.copyOf(turn.memory().calls().values())) {
            if (call.purpose() instanceof ModelCall.Purpose.Preview preview
                    && preview.until().isBefore(turn.now())) {
                turn.remember(turn.memory().without(call));
                turn.refuse(preview.asked().replyTo(), Refusal.BUSY);
            }
        }
    }

    private static void noAnswer(
            Turn turn, ModelCall.Purpose.Preview preview, @Nullable ModelCall call, String reason) {
        tell(
                turn,
                preview.asked(),
                new Previewed(
                        PreviewDecision.NO_ANSWER,
                        List.of(reason),
                        call == null ? null : call.prompt(),
                        null,
                        null,
                        null));
    }

    private static String why(ChatSettings settings) {
        String mode = settings.mode().name().toLowerCase(Locale.ROOT);
        return settings.mode() == ChatMode.SNIPER
                ? mode + ": a trigger word matches, and it answers with probability " + settings.responseProbability()
                : mode;
    }

    private static String reason(NotAnsweredReason reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    private static void tell(Turn turn, Preview preview, Previewed result) {
        turn.reply(preview.replyTo(), StatusReply.success(result));
    }
}
