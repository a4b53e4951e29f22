package io.vibee.reply;

import io.vibee.moderation.Rules;
import io.vibee.reply.ReplyCache.Found;
import io.vibee.reply.ReplyCache.Place;
import io.vibee.reply.ReplyOutcome.Stopped;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a request before it takes a place in the queue: the node's own rules stop it, or its answer is in the cache. The rules
 * also judge a cached answer, since it may be older than they are.
 */
final class CacheLookup {

    /** What was seen. */
    sealed interface Seen {

        /** How it ends. */
        record Known(ReplyOutcome outcome) implements Seen {}

        /**
         * A model must be asked.
         *
         * @param place where the answer is cached; null: nowhere
         */
        record Unknown(@Nullable Place place) implements Seen {}
    }

    private final Rules rules;
    private final ReplyCache cache;
    private final ModelClient client;
    private final ReplyObserver observer;

    CacheLookup(Rules rules, ReplyCache cache, ModelClient client, ReplyObserver observer) {
        this.rules = rules;
        this.cache = cache;
        this.client = client;
        this.observer = observer;
    }

    /** Looks, on another thread than the caller's. */
    CompletableFuture<Seen> at(ReplyRequest request) {
        return client.after(java.time.Duration.ZERO).thenCompose(now -> {
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
}
