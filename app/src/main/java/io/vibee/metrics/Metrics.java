package io.vibee.metrics;

import io.vibee.moderation.StopReason;
import java.time.Duration;
import kamon.Kamon;
import kamon.metric.Counter;
import kamon.metric.Gauge;
import kamon.metric.Metric;
import kamon.metric.Timer;
import kamon.tag.TagSet;

/**
 * Vibee's own metric families, registered with Kamon once. Every instrument on a busy path is a field. Gauges move up and down with what
 * comes and goes, so that any number of entities can share them. Safe for all threads.
 */
public final class Metrics {
    private final Family<UpdateKind> updates =
            new Family<>(Kamon.counter("telegram.updates", "Updates taken from Telegram"), "kind", UpdateKind.class);
    private final Metric.Counter messages =
            Kamon.counter("telegram.messages", "Messages received from and delivered to Telegram");
    private final Counter messagesIn = messages.withTag("direction", "in");
    private final Counter messagesOut = messages.withTag("direction", "out");
    private final Counter unreadableUpdates = Kamon.counter(
                    "telegram.updates.unreadable", "Updates skipped because they could not be read")
            .withoutTags();
    private final Family<PollOutcome> polls =
            new Family<>(Kamon.counter("telegram.polls", "Long polls for updates"), "outcome", PollOutcome.class);
    private final Family<LivePreviewOutcome> drafts = new Family<>(
            Kamon.counter("telegram.drafts", "Drafts of answers, shown while these come"),
            "outcome",
            LivePreviewOutcome.class);
    private final Metric.Gauge sessions = Kamon.gauge("sessions.active", "Telegram sessions on this node");
    private final Gauge updatesParked = Kamon.gauge(
                    "updates.parked", "Updates set aside because their chat could not store them")
            .withoutTags();
    private final Gauge repliesPending =
            Kamon.gauge("replies.pending", "Messages still to be answered").withoutTags();
    private final Timer replyLatency = Kamon.timer(
                    "reply.latency", "Time from a message received to its reply delivered")
            .withoutTags();
    private final Counter deadLetters = Kamon.counter("dead.letters", "Messages whose answer failed for good")
            .withoutTags();
    private final Counter deadLettersRetried =
            Kamon.counter("dead.letters.retried", "Dead letters taken up again").withoutTags();
    private final Counter deadLettersDropped = Kamon.counter(
                    "dead.letters.dropped", "Dead letters given up: by their owner, their sender, or for newer ones")
            .withoutTags();
    private final Gauge deadLettersOldest = Kamon.gauge(
                    "dead.letters.oldest.age.seconds",
                    "Age of the oldest dead letter of all users that was neither retried nor dropped; 0: there is none")
            .withoutTags();
    private final Family<DoubtResolution> doubts = new Family<>(
            Kamon.counter("deliveries.in.doubt", "Deliveries of which nobody knows whether they arrived"),
            "resolution",
            DoubtResolution.class);
    private final Metric.Counter stopped =
            Kamon.counter("moderation.stopped", "Messages and answers that moderation stopped");
    private final Family<StopReason.Rule> messagesStopped =
            new Family<>(stopped, TagSet.of("side", "message"), "rule", StopReason.Rule.class);
    private final Family<StopReason.Rule> answersStopped =
            new Family<>(stopped, TagSet.of("side", "answer"), "rule", StopReason.Rule.class);
    private final Counter floods = stopped.withTags(TagSet.of("side", "message").withTag("rule", "flood"));
    private final Family<ModerationVerdict> verdicts = new Family<>(
            Kamon.counter("moderation.judged", "Texts that the moderation endpoint was to judge"),
            "verdict",
            ModerationVerdict.class);
    private final Family<CacheOutcome> lookups =
            new Family<>(Kamon.counter("ai.cache", "Answers looked for in the cache"), "outcome", CacheOutcome.class);
    private final Counter wakeups = Kamon.counter("sweep.wakeups", "Entities woken because something was unfinished")
            .withoutTags();
    private final Timer passwordHash =
            Kamon.timer("password.hash", "Time to hash or check a password").withoutTags();
    private final Gauge horizonHeld = Kamon.gauge(
                    "journal.horizon.held.seconds",
                    "Age of the oldest open transaction that has written: readers of the journal see nothing newer")
            .withoutTags();

    /** {@code telegram_updates_total{kind}}. */
    public void updateTaken(UpdateKind kind) {
        updates.of(kind).increment();
    }

    /** {@code telegram_updates_unreadable_total}. */
    public void updateUnreadable() {
        unreadableUpdates.increment();
    }

    /** {@code telegram_polls_total{outcome}}. */
    public void polled(PollOutcome outcome) {
        polls.of(outcome).increment();
    }

    /** {@code telegram_messages_total{direction="in"}}. */
    public void messageReceived() {
        messagesIn.increment();
    }

    /** {@code telegram_messages_total{direction="out"}}. */
    public void messageDelivered() {
        messagesOut.increment();
    }

    /** {@code telegram_drafts_total{outcome}}. */
    public void livePreviewed(LivePreviewOutcome outcome) {
        drafts.of(outcome).increment();
    }

    /** {@code ai_requests_total} and {@code ai_request_duration_seconds} of one provider; keep what is returned. */
    public ProviderMetrics provider(String name) {
        return new ProviderMetrics(name);
    }

    /** {@code sessions_active{status}}: a session on this node took the status, one of the API's words. */
    public void sessionEntered(String status) {
        sessions.withTag("status", status).increment();
    }

    /** {@code sessions_active{status}}: a session on this node left the status, or the node. */
    public void sessionLeft(String status) {
        sessions.withTag("status", status).decrement();
    }

    /** {@code updates_parked}: changes it by so many; negative for fewer. */
    public void updatesParked(int change) {
        updatesParked.increment(change);
    }

    /** {@code replies_pending}: changes it by so many; negative for fewer. */
    public void repliesPending(int change) {
        repliesPending.increment(change);
    }

    /** {@code reply_latency_seconds}: from MessageReceived to Delivered. */
    public void replied(Duration latency) {
        replyLatency.record(latency.isNegative() ? Duration.ZERO : latency);
    }

    /** {@code dead_letters_total}. */
    public void deadLetter() {
        deadLetters.increment();
    }

    /** {@code dead_letters_retried_total}. */
    public void deadLetterRetried() {
        deadLettersRetried.increment();
    }

    /** {@code dead_letters_dropped_total}. */
    public void deadLetterDropped() {
        deadLettersDropped.increment();
    }

    /** {@code dead_letters_oldest_age_seconds}; the same on every node. */
    public void oldestDeadLetter(Duration age) {
        deadLettersOldest.update(age.toMillis() / 1000.0);
    }

    /** {@code deliveries_in_doubt_total{resolution}}. */
    public void deliveryInDoubt(DoubtResolution resolution) {
        doubts.of(resolution).increment();
    }

    /** {@code moderation_stopped_total{side,rule}}: the engine stopped a message, or the answer to it. */
    public void stopped(StopReason why) {
        Family<StopReason.Rule> ofSide = switch (why.side()) {
            case MESSAGE -> messagesStopped;
            case ANSWER -> answersStopped;
        };
        ofSide.of(why.rule()).increment();
    }

    /** {@code moderation_stopped_total{side="message",rule="flood"}}: its sender had written the same too often. */
    public void flooded() {
        floods.increment();
    }

    /** {@code moderation_judged_total{verdict}}. */
    public void judged(ModerationVerdict verdict) {
        verdicts.of(verdict).increment();
    }

    /** {@code ai_cache_total{outcome}}. */
    public void lookedUp(CacheOutcome outcome) {
        lookups.of(outcome).increment();
    }

    /** {@code sweep_wakeups_total}. */
    public void woken(int entities) {
        wakeups.increment(entities);
    }

    /** {@code password_hash_seconds}. */
    public void passwordHashed(Duration took) {
        passwordHash.record(took);
    }

    /** {@code journal_horizon_held_seconds}. */
    public void horizonHeld(Duration age) {
        horizonHeld.update(age.toMillis() / 1000.0);
    }

    /** The metrics of one projection. */
    public ProjectionMetrics projection(String name) {
        return new ProjectionMetrics(name);
    }
}
