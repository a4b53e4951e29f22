package io.vibee.account;

import io.vibee.protocol.account.GateCommand.Admit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which of a user's sign-ins live, as a gate knows it, and the requests that wait to learn it. One that has ended never lives again. Those
 * that were unused for long are forgotten and looked up again.
 */
final class SignIns {

    private static final int MOST_REMEMBERED = 200;
    private static final int MOST_WAITING = 100;

    /** What is known about the sign-in of a request. */
    enum Judgement {
        LIVE,
        ENDED,
        /** Too many wait for it to be looked up. */
        UNKNOWN,
        /** It must be looked up; the request waits. */
        ASKED_NOW,
        /** It is being looked up; the request waits. */
        ASKED_ALREADY
    }

    private final Map<String, Judgement> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Judgement> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };
    private final Map<String, List<Admit>> waiting = new HashMap<>();
    private int waitingRequests;

    Judgement judge(Admit request) {
        String family = request.family();
        if (family == null) {
            return Judgement.LIVE;
        }
        Judgement judgement = known.get(family);
        if (judgement != null) {
            return judgement;
        }
        if (waitingRequests >= MOST_WAITING) {
            return Judgement.UNKNOWN;
        }
        waitingRequests++;
        List<Admit> others = waiting.get(family);
        waiting.computeIfAbsent(family, first -> new ArrayList<>()).add(request);
        return others == null ? Judgement.ASKED_NOW : Judgement.ASKED_ALREADY;
    }

    /**
     * The requests that waited for it; they can be judged now.
     *
     * @param live null when it could not be read
     */
    List<Admit> found(String family, @Nullable Boolean live) {
        List<Admit> waited = waiting.remove(family);
        if (waited == null) {
            return List.of();
        }
        waitingRequests -= waited.size();
        // It may have ended while it was being read.
        if (live != null && known.get(family) != Judgement.ENDED) {
            known.put(family, live ? Judgement.LIVE : Judgement.ENDED);
        }
        return waited;
    }

    void end(String family) {
        known.put(family, Judgement.ENDED);
    }
}
