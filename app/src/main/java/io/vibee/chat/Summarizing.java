package io.vibee.chat;

import io.vibee.persistence.keys.DataKey;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.ConversationSummarized;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.chat.ChatState.Summary;
import io.vibee.protocol.chat.ChatState.WindowEntry;
import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.stored.EventHead;
import io.vibee.protocol.text.Characters;
import io.vibee.reply.ConversationSummary;
import io.vibee.reply.Prompt;
import io.vibee.reply.PromptAssembly.Said;
import io.vibee.reply.ReplyOutcome;
import io.vibee.reply.ReplyRequest;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the summary of what a chat said before what its prompts show word for word. It pays when the window is nearly full: one call
 * of a small model for each {@value #FOLD} messages. It runs beside the answers, which never wait for it; what fails is tried again
 * when more was said.
 */
final class Summarizing {

    /** Messages beyond the summary at which it is made anew. */
    static final int DUE_AT = 32;

    /** Messages that go into it then; the others stay word for word. */
    static final int FOLD = 20;

    /** Further messages until a summary that could not be made is tried again. */
    private static final int AGAIN_AFTER = 4;

    private final String chatId;
    private final Neighbours neighbours;
    private @Nullable Basis running;
    private long notBefore;

    /** What a summary is made of: of one topic. */
    private record Basis(@Nullable Integer topic, @Nullable Summary before, List<WindowEntry> folded) {

        long upTo() {
            return folded.getLast().number();
        }

        boolean holds(ChatState state) {
            return Objects.equals(before, state.summaryOf(topic))
                    && folded.equals(state.unsummarized(topic).stream()
                            .filter(entry -> entry.number() <= upTo())
                            .toList());
        }
    }

    Summarizing(String chatId, Neighbours neighbours) {
        this.chatId = chatId;
        this.neighbours = neighbours;
    }

    /** What was running is forgotten, as in a crash. */
    void forget() {
        running = null;
    }

    /** Begins if it pays now. */
    void look(ChatState state) {
        Profile profile = state.profile();
        if (profile == null
                || profile.settings().stateless()
                || running != null
                || state.erased()
                || state.nextEntry() < notBefore) {
            return;
        }
        // Only where answers are given: what nobody asks a model about needs no summary.
        if (state.window().isEmpty() || !state.window().getLast().own()) {
            return;
        }
        Integer topic = state.window().getLast().topic();
        List<WindowEntry> folded = folded(state, topic);
        if (!folded.isEmpty()) {
            running = new Basis(topic, state.summaryOf(topic), folded);
            neighbours.askLeave(profile, callId(running), ChatStep.SummaryGrantAnswered::new);
        }
    }

    /** What a summary of a topic made now would take in, none when it does not pay. */
    static List<WindowEntry> folded(ChatState state, @Nullable Integer topic) {
        List<WindowEntry> beyond = state.unsummarized(topic);
        if (beyond.size() < DUE_AT) {
            return List.of();
        }
        int end = FOLD;
        // Entries from before they were numbered can't be told apart.
        while (end < beyond.size() && beyond.get(end - 1).number() == 0) {
            end++;
        }
        return beyond.get(end - 1).number() == 0 ? List.of() : beyond.subList(0, end);
    }

    void onGrantAnswered(ChatState state, ChatStep.SummaryGrantAnswered answered, @Nullable DataKey key) {
        Profile profile = state.profile();
        if (profile == null || !(answered.reply() instanceof GrantReply.Granted granted)) {
            later(state);
            return;
        }
        Basis basis = running;
        if (basis == null || !answered.callId().equals(callId(basis)) || key == null || key.erased()) {
            neighbours.giveBack(profile, answered.callId());
            later(state);
            return;
        }
        neighbours.compose(
                new ReplyRequest(
                        profile.owner(),
                        chatId,
                        profile.keyId(),
                        answered.callId(),
                        prompt(basis, key),
                        "",
                        granted.paid(),
                        ReplyRequest.Purpose.SUMMARY,
                        Set.of()),
                ChatStep.Summarized::new);
    }

    private static Prompt prompt(Basis basis, DataKey key) {
        Summary before = basis.before();
        return ConversationSummary.prompt(
                before == null ? "" : key.open(before.text()).orElse(""),
                basis.folded().stream()
                        .map(entry -> new Said(
                                entry.own(),
                                entry.name() == null
                                        ? ""
                                        : key.open(entry.name()).orElse(""),
                                key.open(entry.text()).orElse("")))
                        .toList());
    }

    /** The events of a summary that was made; none when it could not be, or what it is made of was changed since. */
    List<ChatEvent> onSummarized(
            ChatState state, ChatStep.Summarized summarized, @Nullable DataKey key, EventHead head) {
        Profile profile = state.profile();
        if (profile == null) {
            running = null;
            return List.of();
        }
        neighbours.settle(profile, summarized.callId(), summarized.outcome());
        Basis basis = running;
        if (basis == null || !summarized.callId().equals(callId(basis))) {
            return List.of();
        }
        running = null;
        if (summarized.outcome() instanceof ReplyOutcome.Answered answered
                && Characters.areVisible(answered.text())
                && key != null
                && !key.erased()
                && basis.holds(state)) {
            return List.of(new ConversationSummarized(
                    head,
                    key.seal(ConversationSummary.of(answered.text())),
                    basis.upTo(),
                    new DraftOrigin.Model(
                            answered.provider(),
                            answered.model(),
                            answered.usage().promptTokens(),
                            answered.usage().completionTokens(),
                            false,
                            answered.cut()),
                    basis.topic()));
        }
        later(state);
        return List.of();
    }

    /** Its own code failed: tried again when more was said. */
    void fail(ChatState state) {
        later(state);
    }

    /** The same, before the engine was asked. */
    void fail(ChatState state, String callId) {
        Profile profile = state.profile();
        if (profile != null) {
            neighbours.giveBack(profile, callId);
        }
        later(state);
    }

    private void later(ChatState state) {
        running = null;
        notBefore = state.nextEntry() + AGAIN_AFTER;
    }

    /** Each summary is one call to the account. */
    private static String callId(Basis basis) {
        return "summary" + basis.upTo();
    }
}
