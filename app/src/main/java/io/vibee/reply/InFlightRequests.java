package io.vibee.reply;

import io.vibee.reply.ReplyCache.EntryKey;
import io.vibee.reply.ReplyOutcome.Answered;
import io.vibee.reply.ReplyOutcome.Failed;
import io.vibee.reply.ReplyOutcome.Saturated;
import io.vibee.reply.ReplyOutcome.Stopped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests for the same answer that are under way at once. The engine works on the first; the others wait for its outcome. Not thread-safe.
 */
final class InFlightRequests {

    private final Map<String, List<OpenRequest>> followers = new HashMap<>();

    /** Whether a request is the first for its answer; if not, it waits. A request without a place is always the first. */
    boolean leads(OpenRequest request) {
        EntryKey place = request.place();
        if (place == null) {
            return true;
        }
        List<OpenRequest> waiting = followers.get(place.fingerprint());
        if (waiting == null) {
            followers.put(place.fingerprint(), new ArrayList<>());
            return true;
        }
        waiting.add(request);
        return false;
    }

    /** Answers a first request and those that waited for it. */
    void answer(OpenRequest first, ReplyOutcome outcome) {
        first.asker().tell(outcome);
        answerFollowers(first, outcome);
    }

    /** Answers those that waited for a first request. They get the same outcome, at no cost. */
    void answerFollowers(OpenRequest first, ReplyOutcome outcome) {
        EntryKey place = first.place();
        List<OpenRequest> waiting = place == null ? null : followers.remove(place.fingerprint());
        if (waiting != null) {
            waiting.forEach(other -> other.asker().tell(shared(outcome)));
        }
    }

    private static ReplyOutcome shared(ReplyOutcome outcome) {
        return switch (outcome) {
            case Answered answered -> answered.again();
            case Stopped stopped -> Stopped.unasked(stopped.why());
            case Failed failed -> new Failed(failed.cause(), 0);
            case Saturated saturated -> saturated;
        };
    }
}
