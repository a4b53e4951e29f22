package io.vibee.reply;

import io.vibee.cluster.Defect;
import io.vibee.reply.ReplyOutcome.Answered;
import io.vibee.reply.ReplyOutcome.Failed;
import io.vibee.reply.ReplyOutcome.Saturated;
import io.vibee.reply.ReplyOutcome.Stopped;
import java.time.Duration;
import org.slf4j.Logger;

/** What the engine logs: each outcome with its ids and never a person's words, and each defect. */
final class ReplyLog {
    private final Logger log;

    ReplyLog(Logger log) {
        this.log = log;
    }

    void ended(ReplyRequest request, ReplyOutcome outcome, Duration took) {
        var event = switch (outcome) {
            case Answered answered ->
                log.atDebug()
                        .addKeyValue("provider", answered.provider())
                        .addKeyValue("model", answered.model())
                        .addKeyValue("tries", answered.tries())
                        .addKeyValue("cached", answered.cached());
            case Failed failed ->
                log.atWarn().addKeyValue("cause", failed.cause()).addKeyValue("tries", failed.tries());
            case Stopped stopped ->
                log.atInfo().addKeyValue("rule", stopped.why().detail()).addKeyValue("tries", stopped.tries());
            case Saturated saturated -> log.atDebug();
        };
        event.addKeyValue("chat", request.chatId())
                .addKeyValue("message", request.messageId())
                .addKeyValue("millis", took.toMillis())
                .log(outcome instanceof Answered ? "reply composed" : "no reply composed");
    }

    Defect defect(Throwable thrown) {
        Defect defect = Defect.of(thrown);
        log.error("a defect of the reply engine", defect);
        return defect;
    }

    /** Takes a step that is not the reply itself. A defect in it must not end the reply. */
    void beside(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException defect) {
            defect(defect);
        }
    }
}
