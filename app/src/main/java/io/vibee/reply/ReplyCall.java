package io.vibee.reply;

import io.vibee.reply.CallResult.Answer;
import io.vibee.reply.CallResult.Final;
import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.ReplyOutcome.Answered;
import io.vibee.reply.ReplyOutcome.Failed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One reply: each provider in order, each with its tries, until one answers or the time is over. It never blocks; its
 * steps follow each other, so its state needs no lock.
 */
final class ReplyCall {
    private final ModelClient client;
    private final List<Provider> chain;
    private final RetryPolicy retry;
    private final ReplyObserver observer;
    private final Prompt prompt;
    private final long deadline;
    private final List<String> causes = new ArrayList<>();
    private int tries;

    ReplyCall(
            ModelClient client,
            List<Provider> chain,
            RetryPolicy retry,
            ReplyObserver observer,
            Prompt prompt,
            Duration within) {
        this.client = client;
        this.chain = chain;
        this.retry = retry;
        this.observer = observer;
        this.prompt = prompt;
        this.deadline = System.nanoTime() + within.toNanos();
    }

    /** Runs it, off the caller's thread; called once. */
    CompletableFuture<ReplyOutcome> run() {
        return chain.isEmpty()
                ? CompletableFuture.completedFuture(new Failed("no model provider is configured", 0))
                : client.after(Duration.ZERO).thenCompose(now -> ask(0, 1));
    }

    private CompletableFuture<ReplyOutcome> ask(int position, int attempt) {
        Provider provider = chain.get(position);
        return call(provider).thenCompose(result -> switch (result) {
            case Answer answer -> CompletableFuture.completedFuture(answered(answer, provider));
            case Final failure -> giveUp(position, failure.cause());
            case Retryable failure -> {
                Optional<Duration> pause = retry.pauseAfter(attempt, failure.retryAfter(), ThreadLocalRandom.current());
                yield pause.isPresent() && pause.get().compareTo(left()) < 0
                        ? client.after(pause.get()).thenCompose(done -> ask(position, attempt + 1))
                        : giveUp(position, failure.cause());
            }
        });
    }

    private CompletableFuture<CallResult> call(Provider provider) {
        tries++;
        long began = System.nanoTime();
        Duration within = left().compareTo(provider.timeout()) < 0 ? left() : provider.timeout();
        return client.complete(provider, prompt, within).whenComplete((result, defect) -> {
            if (result != null) {
                observer.called(provider.name(), result.outcome(), Duration.ofNanos(System.nanoTime() - began));
            }
        });
    }

    private CompletableFuture<ReplyOutcome> giveUp(int position, String cause) {
        causes.add(chain.get(position).name() + " " + cause);
        return position + 1 < chain.size() && left().isPositive()
                ? ask(position + 1, 1)
                : CompletableFuture.completedFuture(new Failed(String.join("; ", causes), tries));
    }

    private ReplyOutcome answered(Answer answer, Provider provider) {
        String model = answer.model().isEmpty() ? provider.model() : answer.model();
        return new Answered(answer.text(), provider.name(), model, answer.usage(), tries);
    }

    private Duration left() {
        return Duration.ofNanos(deadline - System.nanoTime());
    }
}
