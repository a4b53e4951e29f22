package io.vibee.chat;

import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.chat.ChatCommand.PromptSize;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.crypto.TextCipher;
import io.vibee.reply.Prompt;
import io.vibee.reply.PromptAssembly.Said;
import io.vibee.reply.ReplyOutcome;
import io.vibee.reply.ReplyOutcome.Spent;
import io.vibee.reply.ReplyRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a model's call, whatever it is for: asks the account's leave, recalls, asks the engine, settles. Whatever happens, a granted
 * call is settled or given back, and a call that began ends once. Pure.
 */
final class ModelCalls {

    private final ChatRules rules;

    ModelCalls(ChatRules rules) {
        this.rules = rules;
    }

    void begin(Turn turn, ModelCall call) {
        turn.remember(turn.memory().with(call));
        turn.run(new ChatEffect.AskLeave(turn.profile().owner(), call.id()));
    }

    /** Nobody wants it any more; what it was granted is given back or settled when its next step comes. */
    static void forget(Turn turn, String callId) {
        turn.memory().call(callId).ifPresent(call -> turn.remember(turn.memory().without(call)));
    }

    /** Goes on with the account's answer; gives how the call ends, if it does. */
    Optional<ModelCall.End> onGrantAnswered(Turn turn, ModelCall call, GrantReply reply) {
        if (!(reply instanceof GrantReply.Granted granted)) {
            return Optional.of(new ModelCall.End.Refused(reply));
        }
        turn.remember(turn.memory().withOwnersLanguage(granted.language()));
        ModelCall granting = granted.draft() ? call.drafting() : call;
        return search(turn, granting)
                .map(found -> recall(turn, granting, granted, found))
                .orElseGet(() -> compose(turn, granting, granted, List.of()));
    }

    private static Optional<ModelCall.End> recall(
            Turn turn, ModelCall call, GrantReply.Granted granted, Wanted wanted) {
        turn.remember(turn.memory().with(call.recalling(wanted.conversation())));
        turn.run(new ChatEffect.Search(call.id(), granted, wanted.search()));
        return Optional.empty();
    }

    Optional<ModelCall.End> onRecalled(Turn turn, ModelCall call, ChatStep.Recalled recalled) {
        return compose(turn, call, recalled.granted(), recalled.relevant());
    }

    private Optional<ModelCall.End> compose(
            Turn turn, ModelCall call, GrantReply.Granted granted, List<Said> relevant) {
        Optional<ReplyRequest> request = request(turn, call, granted, relevant);
        if (request.isEmpty()) {
            turn.giveBack(call.id());
            return Optional.of(new ModelCall.End.Unwanted());
        }
        Prompt prompt = request.get().prompt();
        // Counting takes longer than all else here: only a preview tells it.
        turn.remember(turn.memory()
                .with(call.composing(
                        call.purpose() instanceof ModelCall.Purpose.Preview
                                ? new PromptSize(prompt.tokens(), prompt.turns().size())
                                : null)));
        turn.run(new ChatEffect.Compose(request.get()));
        return Optional.empty();
    }

    private Optional<ReplyRequest> request(Turn turn, ModelCall call, GrantReply.Granted granted, List<Said> relevant) {
        return turn.sealing().flatMap(key -> switch (call.purpose()) {
            case ModelCall.Purpose.Answer answer ->
                turn.state()
                        .pending(call.id())
                        .flatMap(pending -> composition(turn, key)
                                .request(
                                        turn.state(),
                                        turn.profile(),
                                        pending,
                                        granted,
                                        conversation(turn, key, call, pending),
                                        relevant))
                        .map(request -> request.withStreamed(LivePreview.isShown(turn.profile())));
            case ModelCall.Purpose.Preview preview ->
                composition(turn, key)
                        .request(
                                turn.state(),
                                turn.profile(),
                                preview.message(),
                                granted,
                                conversation(turn, key, call, preview.message()),
                                relevant);
            case ModelCall.Purpose.Summary summary ->
                Optional.of(summary.basis().request(turn.chatId(), turn.profile(), call.id(), key, granted.paid()));
        });
    }

    /** What a message's prompt shows; what was opened for the search, where nothing was said since. */
    private Conversation conversation(Turn turn, TextCipher key, ModelCall call, Pending message) {
        Conversation known = call.conversation();
        return known != null && known.window() == turn.state().window()
                ? known
                : composition(turn, key).conversation(turn.state(), turn.profile(), message);
    }

    /**
     * What to look for.
     *
     * @param conversation in which it is not said
     */
    private record Wanted(Recall.Search search, Conversation conversation) {}

    /** What to look for that was said before the conversation that the prompt shows; empty where nothing was, or it may not show. */
    private Optional<Wanted> search(Turn turn, ModelCall call) {
        return switch (call.purpose()) {
            case ModelCall.Purpose.Answer answer ->
                turn.state().pending(call.id()).flatMap(pending -> search(turn, pending));
            case ModelCall.Purpose.Preview preview -> search(turn, preview.message());
            case ModelCall.Purpose.Summary summary -> Optional.empty();
        };
    }

    private Optional<Wanted> search(Turn turn, Pending message) {
        ChatState state = turn.state();
        Optional<Instant> before = !rules.recall() || turn.profile().settings().stateless()
                ? Optional.empty()
                : state.shownSince(message.topic());
        return before.flatMap(shown -> turn.sealing().flatMap(key -> {
            Composition composition = composition(turn, key);
            Conversation conversation = composition.conversation(state, turn.profile(), message);
            return key.open(message.text())
                    .map(text -> new Recall.Search(
                            turn.profile().owner(),
                            turn.chatId(),
                            message.topic(),
                            RareWords.of(text, conversation.texts()),
                            composition.language(text, message, turn.memory().ownersLanguage()),
                            shown))
                    .filter(search -> !search.words().isEmpty())
                    .map(search -> new Wanted(search, conversation));
        }));
    }

    /** Tells the account what a call used. */
    void settle(Turn turn, String callId, ReplyOutcome outcome) {
        switch (outcome) {
            case ReplyOutcome.Answered answered ->
                settle(
                        turn,
                        callId,
                        !answered.cached(),
                        with(answered.lost(), answered.provider(), answered.model(), answered.usage()));
            case ReplyOutcome.Stopped stopped ->
                settle(
                        turn,
                        callId,
                        stopped.tries() > 0,
                        with(stopped.lost(), stopped.provider(), stopped.model(), stopped.usage()));
            case ReplyOutcome.Failed failed -> settle(turn, callId, failed.tries() > 0, failed.lost());
            case ReplyOutcome.Saturated saturated -> turn.giveBack(callId);
        }
    }

    private void settle(Turn turn, String callId, boolean made, List<Spent> spent) {
        long promptTokens = 0;
        long completionTokens = 0;
        long costMicroUsd = 0;
        for (Spent call : spent) {
            promptTokens += call.usage().promptTokens();
            completionTokens += call.usage().completionTokens();
            costMicroUsd += rules.costs().microUsd(call.provider(), call.model(), call.usage());
        }
        turn.settle(callId, made, promptTokens, completionTokens, costMicroUsd);
    }

    private static List<Spent> with(List<Spent> lost, String provider, String model, ReplyOutcome.Usage usage) {
        List<Spent> all = new ArrayList<>(lost);
        all.add(new Spent(provider, model, usage));
        return all;
    }

    Composition composition(Turn turn, TextCipher key) {
        return new Composition(turn.chatId(), key, rules.prompts(), rules.predefined());
    }
}
