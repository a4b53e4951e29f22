package io.vibee.chat;

import io.vibee.persistence.keys.DataKey;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatCommand.Preview;
import io.vibee.protocol.chat.ChatCommand.Previewed;
import io.vibee.protocol.chat.ChatCommand.PromptSize;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.PreviewDecision;
import io.vibee.protocol.chat.Sender;
import io.vibee.reply.Prompt;
import io.vibee.reply.ReplyOutcome;
import io.vibee.reply.ReplyRequest;
import io.vibee.telegram.MarkdownReader;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * Answers what would become of a text, beside all else that a chat does: the account and the engine are asked as for a message, and
 * nothing is stored or sent. Every one ends: whoever asked is answered, its place is free, and what the account granted is settled or
 * given back. Previews live in memory; whoever asked for one that a restart ends is told to ask again.
 */
final class Previews {

    /** Texts that are previewed at once in a chat. */
    static final int MOST = 3;

    /** For the account's leave and what is recalled, with a margin. */
    private static final Duration BEFORE_THE_ENGINE = Duration.ofSeconds(15);

    private static final class Running {
        final Preview preview;
        final Pending message;
        final Instant until;

        @Nullable
        PromptSize prompt;

        @Nullable
        String ownersLanguage;

        Running(Preview preview, Pending message, Instant until) {
            this.preview = preview;
            this.message = message;
            this.until = until;
        }
    }

    private final Neighbours neighbours;
    private final Supplier<Composition> composition;
    private final Duration within;
    private final Map<String, Running> running = new HashMap<>();

    /**
     * @param within the longest time that the engine takes
     */
    Previews(Neighbours neighbours, Supplier<Composition> composition, Duration within) {
        this.neighbours = neighbours;
        this.composition = composition;
        this.within = within.plus(BEFORE_THE_ENGINE);
    }

    /** Begins one; whoever asked is answered, at once or later. */
    void begin(Profile profile, DataKey key, Preview preview, Instant now) {
        if (key.erased()) {
            refuse(preview, ChatCommand.NOT_FOUND);
            return;
        }
        ChatSettings settings = profile.settings();
        NotAnsweredReason byMode = Reception.byMode(settings.mode());
        NotAnsweredReason whyNot = byMode == null ? Reception.byWords(settings, key, preview.text()) : byMode;
        if (whyNot != null) {
            tell(preview, new Previewed(PreviewDecision.NO_ANSWER, List.of(reason(whyNot)), null, null, null, null));
            return;
        }
        endOverdue(now);
        if (running.size() >= MOST) {
            refuse(preview, ChatCommand.BUSY);
            return;
        }
        String callId = "preview-" + UUID.randomUUID();
        Pending message = new Pending(callId, 0, new Sender(0, null, false, null), key.seal(preview.text()), null, now);
        running.put(callId, new Running(preview, message, now.plus(within)));
        neighbours.askLeave(profile, callId, ChatStep.PreviewGrantAnswered::new);
    }

    void onGrantAnswered(ChatState state, ChatStep.PreviewGrantAnswered answered, @Nullable DataKey key) {
        Running one = running.get(answered.callId());
        Profile profile = state.profile();
        boolean granted = answered.reply() instanceof GrantReply.Granted;
        if (one == null || profile == null || key == null) {
            if (granted && profile != null) {
                neighbours.giveBack(profile, answered.callId());
            }
            end(answered.callId(), ChatCommand.NOT_FOUND);
            return;
        }
        switch (answered.reply()) {
            case GrantReply.Granted grant -> {
                one.ownersLanguage = grant.language();
                String language = composition.get().language(one.preview.text(), one.message, grant.language());
                neighbours.recall(
                        profile,
                        state,
                        one.message.topic(),
                        one.preview.text(),
                        language,
                        relevant -> new ChatStep.PreviewRecalled(answered.callId(), grant, relevant));
            }
            case GrantReply.Exhausted exhausted ->
                end(answered.callId(), PreviewDecision.NO_ANSWER, reason(NotAnsweredReason.QUOTA), null, null);
            case GrantReply.Quiet quiet ->
                end(answered.callId(), PreviewDecision.NO_ANSWER, reason(NotAnsweredReason.QUIET_HOURS), null, null);
            case GrantReply.Unavailable unavailable -> end(answered.callId(), ChatCommand.BUSY);
        }
    }

    void onRecalled(ChatState state, ChatStep.PreviewRecalled recalled, @Nullable DataKey key) {
        Profile profile = state.profile();
        Running one = running.get(recalled.callId());
        Optional<ReplyRequest> request = one == null || profile == null || key == null
                ? Optional.empty()
                : composition.get().request(state, profile, one.message, recalled.granted(), recalled.relevant());
        if (one == null || request.isEmpty()) {
            if (profile != null) {
                neighbours.giveBack(profile, recalled.callId());
            }
            end(recalled.callId(), ChatCommand.NOT_FOUND);
            return;
        }
        Prompt prompt = request.get().prompt();
        one.prompt = new PromptSize(prompt.tokens(), prompt.turns().size());
        neighbours.compose(request.get(), ChatStep.PreviewComposed::new);
    }

    void onComposed(ChatState state, ChatStep.PreviewComposed composed, @Nullable DataKey key) {
        Profile profile = state.profile();
        if (profile != null) {
            neighbours.settle(profile, composed.callId(), composed.outcome());
        }
        Running one = running.get(composed.callId());
        if (one == null || profile == null || key == null) {
            end(composed.callId(), ChatCommand.NOT_FOUND);
            return;
        }
        ChatSettings settings = profile.settings();
        switch (composed.outcome()) {
            case ReplyOutcome.Answered answered
            when Composition.isVisible(answered) ->
                end(
                        composed.callId(),
                        PreviewDecision.ANSWER,
                        why(settings),
                        MarkdownReader.read(answered.text()).text(),
                        answered);
            case ReplyOutcome.Stopped stopped ->
                end(
                        composed.callId(),
                        PreviewDecision.NO_ANSWER,
                        reason(NotAnsweredReason.MODERATED) + ": "
                                + stopped.why().detail(),
                        null,
                        null);
            case ReplyOutcome.Answered empty -> fail(composed.callId(), one, settings, "an empty answer");
            case ReplyOutcome.Failed failed -> fail(composed.callId(), one, settings, failed.cause());
            case ReplyOutcome.Saturated saturated -> end(composed.callId(), ChatCommand.BUSY);
        }
    }

    /** No model answered. */
    private void fail(String callId, Running one, ChatSettings settings, String cause) {
        PreviewDecision decision = switch (settings.onFailure()) {
            case PREDEFINED -> PreviewDecision.PREDEFINED;
            case SILENCE -> PreviewDecision.NO_ANSWER;
            case DEAD_LETTER -> PreviewDecision.DEAD_LETTER;
        };
        String text = decision == PreviewDecision.PREDEFINED
                ? composition.get().predefined(one.message, one.ownersLanguage)
                : null;
        end(callId, decision, "failed: " + cause, text, null);
    }

    /** A new incarnation knows of none: whoever asked may ask again. */
    void forget() {
        List.copyOf(running.keySet()).forEach(callId -> end(callId, ChatCommand.BUSY));
    }

    /** One whose own code failed before the engine was asked. */
    void fail(ChatState state, String callId) {
        Profile profile = state.profile();
        if (profile != null) {
            neighbours.giveBack(profile, callId);
        }
        fail(callId);
    }

    /** One whose own code failed. */
    void fail(String callId) {
        end(callId, ChatCommand.FAULT);
    }

    /** Each step has a deadline of its own: none stays beyond them all. */
    private void endOverdue(Instant now) {
        running.entrySet().stream()
                .filter(one -> one.getValue().until.isBefore(now))
                .map(Map.Entry::getKey)
                .toList()
                .forEach(callId -> end(callId, ChatCommand.BUSY));
    }

    private void end(String callId, String why) {
        Running one = running.remove(callId);
        if (one != null) {
            refuse(one.preview, why);
        }
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

    private void end(
            String callId,
            PreviewDecision decision,
            String reason,
            @Nullable String text,
            ReplyOutcome.@Nullable Answered by) {
        Running one = running.remove(callId);
        if (one != null) {
            tell(
                    one.preview,
                    new Previewed(
                            decision,
                            List.of(reason),
                            one.prompt,
                            text,
                            by == null ? null : by.provider(),
                            by == null ? null : by.model()));
        }
    }

    private static void tell(Preview preview, Previewed result) {
        preview.replyTo().tell(StatusReply.success(result));
    }

    private static void refuse(Preview preview, String why) {
        preview.replyTo().tell(StatusReply.error(why));
    }
}
