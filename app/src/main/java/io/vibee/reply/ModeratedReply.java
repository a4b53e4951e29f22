package io.vibee.reply;

import io.vibee.moderation.Bans;
import io.vibee.reply.ReplyOutcome.Answered;
import io.vibee.reply.ReplyOutcome.Spent;
import io.vibee.reply.ReplyOutcome.Stopped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * One reply, judged before and after. A message that is stopped costs no call. If an answer breaks one of its chat's bans, the model is
 * asked once more, with a line that says what is not wanted. If the second answer is stopped too, both still cost money.
 */
final class ModeratedReply {

    /** Asks the models for an answer within a time. */
    @FunctionalInterface
    interface Models {
        CompletableFuture<ReplyOutcome> ask(Prompt prompt, Duration within);
    }

    private final Moderator moderator;
    private final ReplyRequest request;
    private final Models models;
    private final long deadline;

    /**
     * @param within for all of it
     */
    ModeratedReply(Moderator moderator, ReplyRequest request, Models models, Duration within) {
        this.moderator = moderator;
        this.request = request;
        this.models = models;
        this.deadline = System.nanoTime() + within.toNanos();
    }

    /** Runs it on the caller's thread until it has to wait. Call it once. */
    CompletableFuture<ReplyOutcome> run() {
        Prompt prompt = request.prompt();
        if (request.purpose() == ReplyRequest.Purpose.SUMMARY) {
            // Nobody receives a summary, and the answers that it leads to are judged.
            return models.ask(prompt, left());
        }
        return moderator
                .ofMessage(prompt.turns().getLast().text())
                .thenCompose(stop -> stop.isPresent()
                        ? CompletableFuture.completedFuture(Stopped.unasked(stop.get()))
                        : models.ask(prompt, left()).thenCompose(this::first));
    }

    private CompletableFuture<ReplyOutcome> first(ReplyOutcome outcome) {
        return outcome instanceof Answered answered
                ? judged(answered)
                        .thenCompose(judged -> isBan(judged) ? again(answered, (Stopped) judged) : done(judged))
                : done(outcome);
    }

    private CompletableFuture<ReplyOutcome> judged(Answered answered) {
        return moderator
                .ofAnswer(answered.text(), request.forbidden())
                .thenApply(stop -> stop.<ReplyOutcome>map(why -> Stopped.after(answered, why))
                        .orElse(answered));
    }

    private CompletableFuture<ReplyOutcome> again(Answered first, Stopped stopped) {
        Duration left = left();
        return left.isPositive()
                ? models.ask(request.prompt().withInstruction(Bans.instruction(request.forbidden())), left)
                        .thenCompose(second -> switch (second) {
                            case Answered answered -> judged(both(first, answered));
                            // A failure alone would hide that an answer was stopped and paid.
                            case ReplyOutcome.Failed failed ->
                                done(new Stopped(
                                        stopped.why(),
                                        stopped.usage(),
                                        stopped.provider(),
                                        stopped.model(),
                                        stopped.tries() + failed.tries(),
                                        both(stopped.lost(), failed.lost())));
                            case ReplyOutcome.Saturated saturated -> done(stopped);
                            case Stopped impossible -> done(impossible);
                        })
                : done(stopped);
    }

    /** The second answer, with the cost of both. */
    private static Answered both(Answered first, Answered second) {
        return new Answered(
                second.text(),
                second.provider(),
                second.model(),
                first.usage().plus(second.usage()),
                first.tries() + second.tries(),
                false,
                both(first.lost(), second.lost()),
                second.cut());
    }

    private static List<Spent> both(List<Spent> first, List<Spent> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private static boolean isBan(ReplyOutcome outcome) {
        return outcome instanceof Stopped stopped
                && switch (stopped.why().rule()) {
                    case LINKS, MENTIONS, PROMISES -> true;
                    case TOO_LONG, PATTERN, PROVIDER, PROVIDER_AWAY -> false;
                };
    }

    private static CompletableFuture<ReplyOutcome> done(ReplyOutcome outcome) {
        return CompletableFuture.completedFuture(outcome);
    }

    /** The time left for the models: judging the answer needs time too. */
    private Duration left() {
        return Duration.ofNanos(deadline - System.nanoTime()).minus(moderator.patience());
    }
}
