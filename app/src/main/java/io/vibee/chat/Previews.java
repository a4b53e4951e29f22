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
 * nothing is stored or sent. Previews live in memory; of one that a crash ends, whoever asked hears nothing and asks again.
 */
final class Previews {

    /** Texts that are previewed at once in a chat. */
    static final int MOST = 3;

    private static final class Running {
        final Preview preview;
        final Pending message;

        @Nullable
        PromptSize prompt;

        @Nullable
        String ownersLanguage;

        Running(Preview preview, Pending message) {
            this.preview = preview;
            this.message = message;
        }
    }

    private final Neighbours neighbours;
    private final Supplier<Composition> composition;
    private final Map<String, Running> running = new HashMap<>();

    Previews(Neighbours neighbours, Supplier<Composition> composition) {
        this.neighbours = neighbours;
        this.composition = composition;
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
        if (running.size() >= MOST) {
            refuse(preview, ChatCommand.BUSY);
            return;
        }
        String callId = "preview-" + UUID.randomUUID();
        Pending message = new Pending(callId, 0, new Sender(0, null, false, null), key.seal(preview.text()), null, now);
        running.put(callId, new Running(preview, message));
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
            return;
        }
        switch (answered.reply()) {
            case GrantReply.Granted grant -> {
                one.ownersLanguage = grant.language();
                String language = composition.get().language(one.preview.text(), one.message, grant.language());
                neighbours.recall(
                        profile,
                        state.shownSince(),
                        one.preview.text(),
                        language,
                        relevant -> new ChatStep.PreviewRecalled(answered.callId(), grant, relevant));
            }
            case GrantReply.Exhausted exhausted ->
                end(answered.callId(), PreviewDecision.NO_ANSWER, reason(NotAnsweredReason.QUOTA), null, null);
            case GrantReply.Quiet quiet ->
                end(answered.callId(), PreviewDecision.NO_ANSWER, reason(NotAnsweredReason.QUIET_HOURS), null, null);
            case GrantReply.Unavailable unavailable -> {
                running.remove(answered.callId());
                refuse(one.preview, ChatCommand.BUSY);
            }
        }
    }

    void onRecalled(ChatState state, ChatStep.PreviewRecalled recalled) {
        Profile profile = state.profile();
        Running one = running.get(recalled.callId());
        if (profile == null) {
            return;
        }
        Optional<ReplyRequest> request = one == null
                ? Optional.empty()
                : composition.get().request(state, profile, one.message, recalled.granted(), recalled.relevant());
        if (one == null || request.isEmpty()) {
            neighbours.giveBack(profile, recalled.callId());
            return;
        }
        Prompt prompt = request.get().prompt();
        one.prompt = new PromptSize(prompt.tokens(), prompt.turns().size());
        neighbours.compose(request.get(), ChatStep.PreviewComposed::new);
    }

    void onComposed(ChatState state, ChatStep.PreviewComposed composed) {
        Profile profile = state.profile();
        if (profile != null) {
            neighbours.settle(profile, composed.callId(), composed.outcome());
        }
        Running one = running.get(composed.callId());
        if (one == null || profile == null) {
            return;
        }
        ChatSettings settings = profile.settings();
        switch (composed.outcome()) {
            case ReplyOutcome.Answered answered ->
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
            case ReplyOutcome.Failed failed -> {
                PreviewDecision decision = switch (settings.onFailure()) {
                    case PREDEFINED -> PreviewDecision.PREDEFINED;
                    case SILENCE -> PreviewDecision.NO_ANSWER;
                    case DEAD_LETTER -> PreviewDecision.DEAD_LETTER;
                };
                String text = decision == PreviewDecision.PREDEFINED
                        ? composition.get().predefined(one.message, one.ownersLanguage)
                        : null;
                end(composed.callId(), decision, "failed: " + failed.cause(), text, null);
            }
            case ReplyOutcome.Saturated saturated -> {
                running.remove(composed.callId());
                refuse(one.preview, ChatCommand.BUSY);
            }
        }
    }

    /** A new incarnation knows of none. */
    void forget() {
        running.clear();
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
