package io.vibee.reply;

import io.vibee.moderation.Moderation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Composes replies: it judges each message and each answer, and asks the request's providers in between. Safe for all threads. */
final class ReplyComposer {
    private final ModelClient client;
    private final Chains<GuardedProvider> chains;
    private final RetryPolicy retry;
    private final Moderator moderator;
    private final ReplyObserver observer;
    private final Duration within;

    /**
     * Over a client that others may use too.
     *
     * @param within the time for one reply over all providers and tries
     */
    ReplyComposer(
            ModelClient client,
            Chains<GuardedProvider> chains,
            RetryPolicy retry,
            Moderation moderation,
            ReplyObserver observer,
            Duration within) {
        this.client = client;
        this.chains = chains;
        this.retry = retry;
        this.moderator = new Moderator(moderation, client, observer);
        this.observer = observer;
        this.within = within;
    }

    /**
     * Composes one reply, on other threads than the caller's.
     *
     * @param heard gets the text so far, if the request is streamed and nothing may still stop the whole answer
     */
    CompletableFuture<ReplyOutcome> compose(ReplyRequest request, Consumer<Supplier<String>> heard) {
        Consumer<Supplier<String>> shown = request.streamed() && !moderator.judgesAnswer(request) ? heard : text -> {};
        ModeratedReply reply = new ModeratedReply(
                moderator,
                request,
                (prompt, left) -> new ReplyCall(client, chains.of(request), retry, observer, prompt, left, shown).run(),
                within);
        return client.after(Duration.ZERO).thenCompose(now -> reply.run());
    }
}
