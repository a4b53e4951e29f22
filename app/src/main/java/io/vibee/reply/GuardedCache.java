package io.vibee.reply;

import io.vibee.moderation.Rules;
import io.vibee.reply.ReplyCache.EntryKey;
import io.vibee.reply.ReplyCache.Found;
import io.vibee.reply.ReplyObserver.Lookup;
import io.vibee.reply.ReplyOutcome.Answered;
import io.vibee.reply.ReplyOutcome.Stopped;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The cache as the engine uses it, before a request waits. The node's own rules come first: they stop a message before a look-up, and they
 * judge a cached answer, which may be older than they are. A fault of the cache never ends a reply.
 */
final class GuardedCache {

    /** What a look-up showed. */
    sealed interface Seen {

        /** The outcome. No model is asked. */
        record Known(ReplyOutcome outcome) implements Seen {}

        /**
         * A model must be asked.
         *
         * @param place where the answer is cached; null: nowhere
         */
        record Unknown(@Nullable EntryKey place) implements Seen {}
    }

    private final Rules rules;
    private final ReplyCache cache;
    private final ModelClient client;
    private final ReplyObserver observer;
    private final ReplyLog log;

    GuardedCache(Rules rules, ReplyCache cache, ModelClient client, ReplyObserver observer, ReplyLog log) {
        this.rules = rules;
        this.cache = cache;
        this.client = client;
        this.observer = observer;
        this.log = log;
    }

    /** Looks, on another thread than the caller's. */
    CompletableFuture<Seen> look(ReplyRequest request) {
        return client.after(Duration.ZERO).thenCompose(now -> {
            var stop = rules.ofMessage(request.prompt().turns().getLast().text());
            if (stop.isPresent()) {
                return CompletableFuture.completedFuture(new Seen.Known(Stopped.unasked(stop.get())));
            }
            // A conversation that goes on is nobody else's, nor ever the same again: to look for it costs and finds
            // nothing.
            return request.prompt().opens()
                    ? cache.find(request).thenApply(found -> seen(request, found))
                    : CompletableFuture.completedFuture(new Seen.Unknown(null));
        });
    }

    private Seen seen(ReplyRequest request, Found found) {
        return switch (found) {
            case Found.Miss miss -> new Seen.Unknown(miss.place());
            case Found.Hit hit -> {
                String text = hit.answered().text();
                if (EmptyAnswer.isOne(text)
                        || rules.ofAnswer(text, request.forbidden()).isPresent()) {
                    yield new Seen.Unknown(null);
                }
                observer.lookedUp(hit.lookup());
                yield new Seen.Known(hit.answered());
            }
        };
    }

    /**
     * Counts a look-up that found no answer in the cache, if an answer could be there.
     *
     * @param leads whether the engine works on this request; if not, a call under way for the same answers it
     */
    void missed(OpenRequest open, boolean leads) {
        if (open.place() != null) {
            log.beside(() -> observer.lookedUp(leads ? Lookup.MISS : Lookup.SHARED));
        }
    }

    /** Keeps an answer for later requests, but not a cut one: whoever asks again may get a whole one. */
    void keep(OpenRequest open, ReplyOutcome outcome) {
        EntryKey place = open.place();
        if (place != null && outcome instanceof Answered answered && !answered.cut()) {
            log.beside(() -> cache.keep(place, answered));
        }
    }
}
