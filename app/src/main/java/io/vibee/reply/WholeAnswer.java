package io.vibee.reply;

import io.vibee.protocol.text.Characters;
import io.vibee.reply.CallResult.Answer;
import io.vibee.reply.CallResult.Fault;
import io.vibee.reply.CallResult.Refused;
import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.ReplyObserver.CallOutcome;
import io.vibee.reply.ReplyOutcome.Usage;

/**
 * A provider's answer when all of it is there, in one piece or from events.
 *
 * @param raw the joined text of the pieces; it may contain thoughts, and what can't be stored
 */
record WholeAnswer(String raw, Ending ending, String model, Usage usage) {
    private static final int LONGEST_MODEL = 200;

    /** What the answer means. */
    CallResult read(ProviderTraits.Known known) {
        return switch (ending) {
            case DECLINED -> new Refused("declined to answer", Fault.CONTENT);
            case BROKEN -> new Retryable(CallOutcome.PROVIDER_ERROR, "broke off with an error");
            case NONE, WHOLE, CUT -> {
                Thinking thinking = Thinking.in(raw);
                if (thinking.unmarked()) {
                    known.thinksUnmarked();
                }
                String text = Characters.storable(thinking.text()).strip();
                yield text.isEmpty()
                        ? new Retryable(CallOutcome.UNREADABLE, "sent an empty answer")
                        : new Answer(
                                ending == Ending.CUT ? CutAnswer.ended(text) : text,
                                named(),
                                usage,
                                ending == Ending.CUT);
            }
        };
    }

    private String named() {
        String name = Characters.storable(model);
        return name.length() <= LONGEST_MODEL ? name : Notation.cut(name, LONGEST_MODEL);
    }
}
