package io.vibee.chat;

import io.vibee.chat.Activity.Draft;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.chat.ChatEvent.DeadLettered;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.crypto.TextCipher;
import io.vibee.reply.ReplyOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/** Answers a pending message: begins the model's call, and decides what its end means. Pure. */
final class Answers {

    static final String ACCOUNT_FAILED = "the account failed";
    private static final Duration ASK_AGAIN_AFTER = Duration.ofSeconds(1);

    /** An answer that is there sooner, or is not given at all, needs no call to Telegram to announce it. */
    private static final Duration TYPING_AFTER = Duration.ofMillis(300);

    private static final Duration TYPING_EVERY = Duration.ofSeconds(4);
    private static final Duration DRAFT_EVERY = Duration.ofSeconds(1);

    private final ChatRules rules;
    private final ModelCalls calls;

    Answers(ChatRules rules, ModelCalls calls) {
        this.rules = rules;
        this.calls = calls;
    }

    void begin(Turn turn, Pending pending) {
        turn.become(new Activity.Answering(pending.messageId()));
        turn.timer(ChatStep.ShowTyping.NOW, TYPING_AFTER, TYPING_EVERY);
        if (LivePreview.isShown(turn.profile())) {
            turn.timer(ChatStep.ShowLivePreview.NOW, DRAFT_EVERY, DRAFT_EVERY);
        }
        calls.begin(turn, new ModelCall(pending.messageId(), new ModelCall.Purpose.Answer()));
    }

    void ended(Turn turn, ModelCall call, ModelCall.End end) {
        turn.end();
        if (end instanceof ModelCall.End.Ended ended && ended.outcome() instanceof ReplyOutcome.Stopped stopped) {
            turn.run(new ChatEffect.CountStopped(stopped.why()));
        }
        Optional<Pending> pending = turn.state().pending(call.id());
        if (pending.isEmpty()) {
            return;
        }
        Optional<TextCipher> key = turn.sealing();
        if (key.isEmpty()) {
            notAnswered(turn, pending.get(), NotAnsweredReason.ERASED);
            return;
        }
        switch (end) {
            case ModelCall.End.Refused refused -> refused(turn, pending.get(), key.get(), refused.reply());
            case ModelCall.End.Unwanted unwanted -> notAnswered(turn, pending.get(), NotAnsweredReason.ERASED);
            case ModelCall.End.Ended ended -> ended(turn, call, pending.get(), key.get(), ended.outcome());
            case ModelCall.End.Failed failed -> deadLetter(turn, pending.get(), failed.cause());
        }
    }

    private void refused(Turn turn, Pending pending, TextCipher key, GrantReply reply) {
        switch (reply) {
            case GrantReply.Granted granted ->
                throw new IllegalArgumentException("a leave that was given is no refusal");
            case GrantReply.Exhausted exhausted -> exhausted(turn, pending, key);
            case GrantReply.Quiet quiet -> quiet(turn, pending, key, quiet);
            case GrantReply.Unavailable fault
            when fault.why() == Refusal.FAULT -> deadLetter(turn, pending, ACCOUNT_FAILED);
            case GrantReply.Unavailable unavailable -> turn.pause(ASK_AGAIN_AFTER);
        }
    }

    /** People are told once a day, if the chat is to say something when it can't answer; after that it is silent. */
    private void exhausted(Turn turn, Pending pending, TextCipher key) {
        LocalDate today = day(turn.now());
        Instant noticedAt = turn.state().noticedAt();
        boolean told = noticedAt != null && day(noticedAt).equals(today);
        boolean silent = told
                || pending.retried()
                || Proposals.needLeave(turn.state())
                || turn.profile().settings().onFailure() != OnFailure.PREDEFINED;
        notAnswered(turn, pending, NotAnsweredReason.QUOTA);
        if (!silent) {
            turn.store(calls.composition(turn, key)
                    .notice(
                            turn.state(),
                            pending,
                            NotAnsweredReason.QUOTA,
                            calls.composition(turn, key)
                                    .predefined(pending, turn.memory().ownersLanguage()),
                            turn.head()));
        }
    }

    /** A chat is told once in each quiet time, if its owner has something to tell; nothing goes out that would need leave. */
    private void quiet(Turn turn, Pending pending, TextCipher key, GrantReply.Quiet quiet) {
        Instant noticedAt = turn.state().noticedAt();
        Instant since = quiet.since();
        boolean told = noticedAt != null && since != null && !noticedAt.isBefore(since);
        notAnswered(turn, pending, NotAnsweredReason.QUIET_HOURS);
        String notice = quiet.notice();
        if (notice != null && !told && !pending.retried() && !Proposals.needLeave(turn.state())) {
            turn.store(calls.composition(turn, key)
                    .notice(turn.state(), pending, NotAnsweredReason.QUIET_HOURS, notice, turn.head()));
        }
    }

    private static LocalDate day(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }

    private void ended(Turn turn, ModelCall call, Pending pending, TextCipher key, ReplyOutcome outcome) {
        Composition composition = calls.composition(turn, key);
        switch (outcome) {
            case ReplyOutcome.Answered answered ->
                composition
                        .draft(pending, answered)
                        .ifPresentOrElse(
                                draft -> offer(turn, call, pending, draft),
                                () -> failed(
                                        turn,
                                        call,
                                        pending,
                                        composition,
                                        new ReplyOutcome.Failed("an empty answer", answered.tries())));
            case ReplyOutcome.Failed failed -> failed(turn, call, pending, composition, failed);
            case ReplyOutcome.Stopped stopped -> turn.store(DeadLetters.stopped(pending, stopped, turn.head()));
            case ReplyOutcome.Saturated saturated ->
                turn.pause(saturated
                        .retryAfter()
                        .multipliedBy(100 + rules.random().nextInt(50))
                        .dividedBy(100));
        }
    }

    /** Sends an answer, or asks for leave to. */
    private static void offer(Turn turn, ModelCall call, Pending pending, Draft draft) {
        if (call.draft() || Proposals.needLeave(turn.state())) {
            Proposals.propose(turn, draft);
            return;
        }
        Instant asAPersonWould = HumanDelay.until(turn, pending, draft);
        if (asAPersonWould.isAfter(turn.now())) {
            Outbox.store(turn, draft, asAPersonWould);
        } else {
            Outbox.begin(turn, draft);
        }
    }

    private static void failed(
            Turn turn, ModelCall call, Pending pending, Composition composition, ReplyOutcome.Failed failed) {
        ChatSettings settings = turn.profile().settings();
        go(
                turn,
                composition.result(
                        pending,
                        failed,
                        call.draft() ? settings.in(ChatMode.DRAFT) : settings,
                        turn.memory().ownersLanguage(),
                        turn.head()));
    }

    private static void go(Turn turn, Composition.Result result) {
        switch (result) {
            case Composition.Result.Answer answer -> Outbox.begin(turn, answer.draft());
            case Composition.Result.Ended ended -> turn.store(ended.events());
        }
    }

    private static void notAnswered(Turn turn, Pending pending, NotAnsweredReason reason) {
        turn.store(DeadLetters.notAnswered(pending, reason, turn.head()));
    }

    private static void deadLetter(Turn turn, Pending pending, String cause) {
        turn.store(new DeadLettered(turn.head(), pending.messageId(), null, cause, 0));
    }
}
