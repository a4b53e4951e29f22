package io.vibee.reply;

import io.vibee.reply.CallResult.Answer;
import io.vibee.reply.CallResult.Refused;
import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.CallResult.TooLong;
import io.vibee.reply.CallResult.Unsupported;
import io.vibee.reply.ReplyObserver.CallOutcome;
import io.vibee.reply.ReplyOutcome.Answered;
import io.vibee.reply.ReplyOutcome.Failed;
import io.vibee.reply.ReplyOutcome.Saturated;
import io.vibee.reply.ReplyOutcome.Spent;
import io.vibee.reply.ReplyOutcome.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One reply: each provider in order, each with its tries, until one answers or the time is over. It never blocks. Its steps follow each
 * other, so its state needs no lock.
 */
final class ReplyCall {
    /** When to ask again if no provider was tried because one had as many calls as it may. */
    private static final Duration BUSY_RETRY = Duration.ofSeconds(1);

    private final ModelClient client;
    private final List<GuardedProvider> chain;
    private final RetryPolicy retry;
    private final ReplyObserver observer;
    private final LatestCall heard;
    private final long deadline;
    private final List<String> causes = new ArrayList<>();
    private final List<Spent> lost = new ArrayList<>();
    private Prompt prompt;
    private boolean shortened;
    private boolean busy;
    private int tries;

    ReplyCall(
            ModelClient client,
            List<GuardedProvider> chain,
            RetryPolicy retry,
            ReplyObserver observer,
            Prompt prompt,
            Duration within,
            Consumer<Supplier<String>> heard) {
        this.client = client;
        this.chain = chain;
        this.retry = retry;
        this.observer = observer;
        this.prompt = prompt;
        this.heard = new LatestCall(heard);
        this.deadline = System.nanoTime() + within.toNanos();
    }

    /** Runs it, on another thread than the caller's. Call it once. */
    CompletableFuture<ReplyOutcome> run() {
        return chain.isEmpty()
                ? CompletableFuture.completedFuture(new Failed("no model provider is configured", 0))
                : client.after(Duration.ZERO).thenCompose(now -> ask(0, 1));
    }

    private CompletableFuture<ReplyOutcome> ask(int position, int attempt) {
        GuardedProvider provider = chain.get(position);
        return switch (provider.enter(System.nanoTime())) {
            case ADMITTED -> call(provider).thenCompose(result -> follow(position, attempt, result));
            case NOT_NOW -> {
                observer.notAsked(provider.provider().name());
                yield next(position, "is not asked now");
            }
            case BUSY -> {
                busy = true;
                yield next(position, "has as many calls as it may");
            }
        };
    }

    private CompletableFuture<ReplyOutcome> follow(int position, int attempt, CallResult result) {
        return switch (result) {
            case Answer answer ->
                CompletableFuture.completedFuture(
                        answered(answer, chain.get(position).provider()));
            case TooLong failure
            when !shortened -> {
                shortened = true;
                prompt = prompt.shortened();
                yield left().isPositive() ? ask(position, attempt) : next(position, failure.cause());
            }
            case TooLong failure -> next(position, failure.cause());
            case Unsupported failure ->
                // The client asks without it from now on.
                left().isPositive() ? ask(position, attempt) : next(position, failure.cause());
            case Refused failure
            when failure.fault() == CallResult.Fault.REQUEST -> {
                note(position, failure.cause());
                yield CompletableFuture.completedFuture(failed());
            }
            case Refused failure -> next(position, failure.cause());
            case Retryable failure -> {
                Optional<Duration> pause = retry.pauseAfter(attempt, failure.retryAfter(), ThreadLocalRandom.current());
                yield pause.isPresent() && pause.get().compareTo(left()) < 0
                        ? client.after(pause.get()).thenCompose(done -> ask(position, attempt + 1))
                        : next(position, failure.cause());
            }
        };
    }

    private CompletableFuture<CallResult> call(GuardedProvider guarded) {
        tries++;
        Provider provider = guarded.provider();
        long began = System.nanoTime();
        Duration left = left();
        boolean ours = left.compareTo(provider.timeout()) < 0;
        Duration within = ours ? left : provider.timeout();
        Consumer<Supplier<String>> hears = heard.begin();
        AtomicReference<@Nullable Supplier<String>> begun = new AtomicReference<>();
        Prompt asked = prompt;
        return client.complete(provider, asked, within, text -> {
                    begun.set(text);
                    hears.accept(text);
                })
                .thenApply(result -> {
                    if (!(result instanceof Answer answer) || !EmptyAnswer.isOne(answer.text())) {
                        return result;
                    }
                    lost.add(new Spent(provider.name(), provider.model(), usage(asked, answer)));
                    begun.set(null);
                    return new Retryable(CallOutcome.UNREADABLE, "sent an empty answer");
                })
                .whenComplete((result, defect) -> {
                    heard.end();
                    long now = System.nanoTime();
                    Supplier<String> text = begun.get();
                    if (result instanceof Retryable && text != null) {
                        lost.add(new Spent(provider.name(), provider.model(), estimated(asked, text.get())));
                    }
                    // A call that our own deadline cut short says nothing about the provider.
                    boolean cutShort = ours && result != null && result.outcome() == CallOutcome.TIMED_OUT;
                    guarded.left(cutShort ? null : result, now);
                    if (result != null) {
                        observer.called(provider.name(), result.outcome(), Duration.ofNanos(now - began));
                    }
                });
    }

    private CompletableFuture<ReplyOutcome> next(int position, String cause) {
        note(position, cause);
        return position + 1 < chain.size() && left().isPositive()
                ? ask(position + 1, 1)
                : CompletableFuture.completedFuture(failed());
    }

    private void note(int position, String cause) {
        causes.add(chain.get(position).provider().name() + " " + cause);
    }

    /** If nothing was tried, and a try may be possible soon, that is no failure. */
    private ReplyOutcome failed() {
        return tries == 0 && busy ? new Saturated(BUSY_RETRY) : new Failed(String.join("; ", causes), tries, lost);
    }

    private ReplyOutcome answered(Answer answer, Provider provider) {
        String model = answer.model().isEmpty() ? provider.model() : answer.model();
        return new Answered(
                answer.text(), provider.name(), model, usage(prompt, answer), tries, false, lost, answer.cut());
    }

    /** Tokens as the provider counted them, or else as we do. */
    private static Usage usage(Prompt asked, Answer answer) {
        boolean counted = answer.usage().promptTokens() > 0 || answer.usage().completionTokens() > 0;
        return counted ? answer.usage() : estimated(asked, answer.text());
    }

    private static Usage estimated(Prompt asked, String text) {
        return new Usage(asked.tokens(), TokenCount.count(text));
    }

    private Duration left() {
        return Duration.ofNanos(deadline - System.nanoTime());
    }
}
