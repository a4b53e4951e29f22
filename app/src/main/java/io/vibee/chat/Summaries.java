package io.vibee.chat;

import io.vibee.protocol.chat.ChatEvent.ConversationSummarized;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.WindowEntry;
import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.crypto.TextCipher;
import io.vibee.protocol.text.Characters;
import io.vibee.reply.ConversationSummary;
import io.vibee.reply.ReplyOutcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the summary of what a chat said before what its prompts show word for word. It pays when the window is nearly full: one call
 * of a small model for each {@value #FOLD} messages. It runs beside the answers, which never wait for it; what fails is tried again
 * when more was said. Pure.
 */
final class Summaries {

    /** Messages beyond the summary at which it is made anew. */
    static final int DUE_AT = 32;

    /** Messages that go into it then; the others stay word for word. */
    static final int FOLD = 20;

    /** Further messages until a summary that could not be made is tried again. */
    private static final int AGAIN_AFTER = 4;

    private final boolean on;
    private final ModelCalls calls;

    Summaries(ChatRules rules, ModelCalls calls) {
        this.on = rules.summaries();
        this.calls = calls;
    }

    /** Begins one if it pays now. */
    void look(Turn turn) {
        ChatState state = turn.state();
        boolean runs = turn.memory().calls().values().stream()
                .anyMatch(call -> call.purpose() instanceof ModelCall.Purpose.Summary);
        if (!on
                || runs
                || turn.profile().settings().stateless()
                || state.nextEntry() < turn.memory().noSummaryBefore()) {
            return;
        }
        // Only where answers are given: what nobody asks a model about needs no summary.
        if (state.window().isEmpty() || !state.window().getLast().own()) {
            return;
        }
        Integer topic = state.window().getLast().topic();
        List<WindowEntry> folded = folded(state, topic);
        if (!folded.isEmpty()) {
            SummaryBasis basis = new SummaryBasis(topic, state.summaryOf(topic), folded);
            // Each summary is one call to the account.
            calls.begin(turn, new ModelCall("summary" + basis.upTo(), new ModelCall.Purpose.Summary(basis)));
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

    /** Stores a summary that was made; not when what it is made of was changed since. */
    void ended(Turn turn, SummaryBasis basis, ModelCall.End end) {
        if (end instanceof ModelCall.End.Ended ended
                && ended.outcome() instanceof ReplyOutcome.Answered answered
                && Characters.areVisible(answered.text())
                && turn.sealing().isPresent()
                && basis.holds(turn.state())) {
            turn.store(summarized(turn, basis, answered, turn.sealing().get()));
        } else {
            later(turn);
        }
    }

    /** Tries again when more was said. */
    static void later(Turn turn) {
        turn.remember(turn.memory().withNoSummaryBefore(turn.state().nextEntry() + AGAIN_AFTER));
    }

    private static ConversationSummarized summarized(
            Turn turn, SummaryBasis basis, ReplyOutcome.Answered answered, TextCipher key) {
        return new ConversationSummarized(
                turn.head(),
                CountedText.seal(key, ConversationSummary.of(answered.text())),
                basis.upTo(),
                new DraftOrigin.Model(
                        answered.provider(),
                        answered.model(),
                        answered.usage().promptTokens(),
                        answered.usage().completionTokens(),
                        false,
                        answered.cut()),
                basis.topic());
    }
}
