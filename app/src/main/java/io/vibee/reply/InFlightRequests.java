package io.vibee.reply;

import io.vibee.reply.ReplyCache.Place;
import io.vibee.reply.ReplyOutcome.Answered;
import io.vibee.reply.ReplyOutcome.Failed;
import io.vibee.reply.ReplyOutcome.Saturated;
import io.vibee.reply.ReplyOutcome.Stopped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests for the same answer that are under way at once. The engine works on the first; the others wait for its outcome. Not thread-safe.
 */
final class InFlightRequests<R> {

    private final Map<String, List<R>> followers = new HashMap<>();

    /** Whether a request is the first for its answer; if not, it waits. A request without a place is always the first. */
    boolean leads(@Nullable Place place, R request) {
        if (place == null) {
            return true;
        }
        List<R> waiting = followers.get(place.fingerprint());
        if (waiting == null) {
            followers.put(place.fingerprint(), new ArrayList<>());
            return true;
        }
        waiting.add(request);
        return false;
    }

    /** The first has its outcome, or is gone. Returns those that waited for it. */
    List<R> landed(@Nullable Place place) {
        List<R> waiting = place == null ? null : followers.remove(place.fingerprint());
        return waiting == null ? List.of() : waiting;
    }

    /** The outcome for those that waited: the same, at no cost. */
    static ReplyOutcome shared(ReplyOutcome outcome) {
        return switch (outcome) {
            case Answered answered -> answered.again();
            case Stopped stopped -> Stopped.unasked(stopped.why());
            case Failed failed -> new Failed(failed.cause(), 0);
            case Saturated saturated -> saturated;
        };
    }
}
