package io.vibee.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongFunction;
import org.apache.pekko.actor.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * One bot's updates that are not confirmed yet, and the one poll that may wait for more, or the webhook to which they are posted. Ids, offsets, conflicts and
 * {@code allowed_updates} follow the server that Telegram publishes (tdlib/telegram-bot-api), with its 3 s between two conflicts.
 */
final class UpdateQueue {
    static final String OTHER_POLLER =
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
    static final String WEBHOOK_ACTIVE =
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
    private static final String WEBHOOK_SET = "Conflict: terminated by setWebhook request";

    private static final int MAX_WAITING = 100_000;
    private static final int MAX_ANSWER_UNITS = 4 * 1024 * 1024;
    /** An offset that is further ahead belongs to another server and is ignored. */
    private static final int MAX_AHEAD = 10;

    private static final int MOST_DOUBLINGS = 6;
    private static final Duration LONGEST_POLL = Duration.ofSeconds(50);
    /** Kinds that a bot gets only when it names them. */
    private static final Set<String> ONLY_BY_NAME = Set.of("chat_member", "message_reaction", "message_reaction_count");

    private record Waiting(long id, String json) {}

    /** A webhook; updates are posted to it one at a time, each until it is taken. */
    private static final class Webhook {
        private final String url;
        private final String secret;
        private boolean busy;
        private int failedInARow;
        private @Nullable Instant failedAt;
        private String error = "";

        Webhook(String url, String secret) {
            this.url = url;
            this.secret = secret;
        }
    }

    private record HeldPoll(CompletableFuture<BotApiReply> reply, int limit, Cancellable timer) {}

    private final Timing timing;
    private final WebhookPoster poster;
    private final Duration betweenConflicts;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private long nextId;
    private Set<String> allowed = Set.of();
    private @Nullable Webhook webhook;
    private long conflictsPauseUntil = System.nanoTime();
    private long lastPoll;
    private boolean polled;

    private @Nullable HeldPoll held;

    UpdateQueue(Timing timing, WebhookPoster poster, long firstId, Duration betweenConflicts) {
        this.timing = timing;
        this.poster = poster;
        this.nextId = firstId;
        this.betweenConflicts = betweenConflicts;
    }

    /** Adds an update whose JSON is made from its id, unless the bot does not want this kind. */
    synchronized void add(String kind, LongFunction<String> json) {
        boolean wanted = allowed.isEmpty() ? !ONLY_BY_NAME.contains(kind) : allowed.contains(kind);
        if (wanted) {
            addAnyway(json);
        }
    }

    /** Adds an element, whatever it looks like. */
    synchronized void addAnyway(LongFunction<String> json) {
        if (waiting.size() == MAX_WAITING) {
            waiting.removeFirst();
        }
        waiting.addLast(new Waiting(nextId, json.apply(nextId)));
        nextId++;
        HeldPoll poll = held;
        if (poll != null) {
            held = null;
            poll.timer.cancel();
            answer(poll.reply, batch(poll.limit));
        }
        post();
    }

    synchronized CompletionStage<BotApiReply> poll(
            long offset, int limit, Duration timeout, @Nullable Set<String> allowedUpdates) {
        lastPoll = System.nanoTime();
        polled = true;
        if (webhook != null) {
            return CompletableFuture.completedFuture(BotApiReply.error(409, WEBHOOK_ACTIVE));
        }
        if (allowedUpdates != null) {
            allowed = allowedUpdates;
        }
        confirm(offset);
        int most = limit >= 1 && limit <= 100 ? limit : 100;
        if (!waiting.isEmpty() || timeout.isZero() || timeout.isNegative()) {
            return CompletableFuture.completedFuture(batch(most));
        }
        terminateHeld(OTHER_POLLER);
        var reply = new CompletableFuture<BotApiReply>();
        Duration wait = timeout.compareTo(LONGEST_POLL) > 0 ? LONGEST_POLL : timeout;
        held = new HeldPoll(reply, most, timing.after(wait, () -> giveUp(reply)));
        return reply;
    }

    /**
     * Has updates posted from now on.
     *
     * @param url empty: no more
     * @param allowedUpdates null: those that were wanted before
     */
    synchronized void setWebhook(String url, String secret, boolean dropPending, @Nullable Set<String> allowedUpdates) {
        webhook = url.isEmpty() ? null : new Webhook(url, secret);
        if (allowedUpdates != null) {
            allowed = allowedUpdates;
        }
        if (dropPending) {
            waiting.clear();
        }
        if (webhook != null) {
            terminateHeld(WEBHOOK_SET);
            post();
        }
    }

    /** As {@code getWebhookInfo} tells it. */
    synchronized ObjectNode webhookInfo() {
        Webhook hook = webhook;
        ObjectNode info = Json.object()
                .put("url", hook == null ? "" : hook.url)
                .put("has_custom_certificate", false)
                .put("pending_update_count", waiting.size());
        if (hook != null && hook.failedAt != null) {
            info.put("last_error_date", hook.failedAt.getEpochSecond()).put("last_error_message", hook.error);
        }
        return info;
    }

    synchronized int size() {
        return waiting.size();
    }

    /** Whether somebody has them posted, or polls: now, or within the last few seconds. */
    synchronized boolean isListenedTo() {
        boolean justNow =
                polled && System.nanoTime() - lastPoll < Duration.ofSeconds(10).toNanos();
        return webhook != null || held != null || justNow;
    }

    /** Whether a poll waits now. */
    synchronized boolean isHeld() {
        return held != null;
    }

    /** Answers a held poll at once, since the bot's token was revoked. */
    synchronized void end(BotApiReply last) {
        HeldPoll poll = held;
        if (poll != null) {
            held = null;
            poll.timer.cancel();
            answer(poll.reply, last);
        }
    }

    private synchronized void post() {
        Webhook hook = webhook;
        if (hook == null || hook.busy || waiting.isEmpty()) {
            return;
        }
        Waiting first = waiting.getFirst();
        hook.busy = true;
        var unused = poster.post(hook.url, hook.secret, first.json).thenAccept(error -> posted(hook, first, error));
    }

    private synchronized void posted(Webhook hook, Waiting update, @Nullable String error) {
        if (error == null) {
            hook.failedInARow = 0;
            waiting.remove(update);
            goOn(hook);
        } else {
            hook.error = error;
            hook.failedAt = Instant.now();
            timing.after(Duration.ofMillis(500L << Math.min(hook.failedInARow++, MOST_DOUBLINGS)), () -> goOn(hook));
        }
    }

    private synchronized void goOn(Webhook hook) {
        hook.busy = false;
        post();
    }

    private void confirm(long offset) {
        if (offset < 0) {
            while (waiting.size() > -offset) {
                waiting.removeFirst();
            }
        } else if (offset <= nextId + MAX_AHEAD) {
            while (!waiting.isEmpty() && waiting.getFirst().id < offset) {
                waiting.removeFirst();
            }
        }
    }

    private BotApiReply batch(int limit) {
        var result = new StringBuilder("[");
        int count = 0;
        for (Waiting update : waiting) {
            if (count == limit || (count > 0 && result.length() + update.json.length() > MAX_ANSWER_UNITS)) {
                break;
            }
            result.append(count++ == 0 ? "" : ",").append(update.json);
        }
        return BotApiReply.okRaw(result.append(']').toString());
    }

    private void terminateHeld(String reason) {
        HeldPoll poll = held;
        if (poll == null) {
            return;
        }
        held = null;
        poll.timer.cancel();
        BotApiReply conflict = BotApiReply.error(409, reason);
        long now = System.nanoTime();
        if (now - conflictsPauseUntil >= 0) {
            conflictsPauseUntil = now + betweenConflicts.toNanos();
            answer(poll.reply, conflict);
        } else {
            timing.after(betweenConflicts, () -> poll.reply.complete(conflict));
        }
    }

    private synchronized void giveUp(CompletableFuture<BotApiReply> reply) {
        HeldPoll poll = held;
        if (poll != null && poll.reply == reply) {
            held = null;
            answer(reply, BotApiReply.okRaw("[]"));
        }
    }

    /** Answers on another thread, so that no other code runs inside the lock. */
    private void answer(CompletableFuture<BotApiReply> reply, BotApiReply with) {
        reply.completeAsync(() -> with, timing.executor());
    }
}
