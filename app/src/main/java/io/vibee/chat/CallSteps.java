package io.vibee.chat;

import io.vibee.protocol.account.AccountCommand.GrantReply;
import java.util.Optional;

/** Leads each answer to the call that it is of, and each call's end to what the call was for. Pure. */
final class CallSteps {

    private final ModelCalls calls;
    private final Answers answers;
    private final Previews previews;
    private final Summaries summaries;

    CallSteps(ModelCalls calls, Answers answers, Previews previews, Summaries summaries) {
        this.calls = calls;
        this.answers = answers;
        this.previews = previews;
        this.summaries = summaries;
    }

    void grantAnswered(Turn turn, ChatStep.GrantAnswered answered) {
        Optional<ModelCall> call = turn.memory().call(answered.callId());
        if (call.isEmpty()) {
            if (answered.reply() instanceof GrantReply.Granted) {
                turn.giveBack(answered.callId());
            }
        } else if (call.get().stage() == ModelCall.Stage.LEAVE) {
            calls.onGrantAnswered(turn, call.get(), answered.reply()).ifPresent(end -> ended(turn, call.get(), end));
        }
    }

    void recalled(Turn turn, ChatStep.Recalled recalled) {
        Optional<ModelCall> call =
                turn.memory().call(recalled.callId()).filter(known -> known.stage() == ModelCall.Stage.RECALL);
        if (call.isEmpty()) {
            turn.giveBack(recalled.callId());
        } else {
            calls.onRecalled(turn, call.get(), recalled).ifPresent(end -> ended(turn, call.get(), end));
        }
    }

    void composed(Turn turn, ChatStep.Composed composed) {
        calls.settle(turn, composed.callId(), composed.outcome());
        turn.memory()
                .call(composed.callId())
                .filter(known -> known.stage() == ModelCall.Stage.TEXT)
                .ifPresent(call -> ended(turn, call, new ModelCall.End.Ended(composed.outcome())));
    }

    void ended(Turn turn, ModelCall call, ModelCall.End end) {
        turn.remember(turn.memory().without(call));
        switch (call.purpose()) {
            case ModelCall.Purpose.Answer answer -> answers.ended(turn, call, end);
            case ModelCall.Purpose.Preview preview -> previews.ended(turn, call, preview, end);
            case ModelCall.Purpose.Summary summary -> summaries.ended(turn, summary.basis(), end);
        }
    }
}
