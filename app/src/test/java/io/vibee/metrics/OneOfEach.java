package io.vibee.metrics;

import io.vibee.journal.Eventually;
import io.vibee.moderation.StopReason;
import java.time.Duration;

/** A program for {@link MetricsTest}: it measures a little of everything, and prints the first scrape that shows it. */
final class OneOfEach {
    private OneOfEach() {}

    public static void main(String[] arguments) {
        MetricsCollection.start();
        Metrics metrics = new Metrics();
        metrics.updateTaken(UpdateKind.of("edited_message"));
        metrics.updateUnreadable();
        metrics.polled(PollOutcome.EMPTY);
        metrics.livePreviewed(LivePreviewOutcome.REFUSED);
        metrics.messageReceived();
        metrics.messageReceived();
        metrics.messageDelivered();
        ProviderMetrics provider = metrics.provider("scripted");
        provider.ended(AiOutcome.ANSWERED, Duration.ofMillis(700));
        provider.notAsked(AiOutcome.CIRCUIT_OPEN);
        metrics.sessionEntered("polling");
        metrics.sessionEntered("polling");
        metrics.sessionLeft("polling");
        metrics.updatesParked(3);
        metrics.updatesParked(-1);
        metrics.repliesPending(5);
        metrics.repliesPending(-5);
        metrics.replied(Duration.ofHours(20));
        metrics.replied(Duration.ofSeconds(-1));
        metrics.deadLetter();
        metrics.deadLetterRetried();
        metrics.deadLetterDropped();
        metrics.oldestDeadLetter(Duration.ofSeconds(90));
        metrics.deliveryInDoubt(DoubtResolution.SKIP);
        metrics.woken(4);
        metrics.flooded();
        metrics.stopped(new StopReason(StopReason.Side.ANSWER, StopReason.Rule.LINKS, ""));
        metrics.lookedUp(CacheOutcome.SHARED);
        metrics.judged(ModerationVerdict.AWAY);
        metrics.passwordHashed(Duration.ofMillis(30));
        HttpMetrics http = new HttpMetrics();
        http.connectionOpened();
        http.connectionOpened();
        http.connectionClosed();
        http.asked();
        http.asked();
        http.answered("GET", "/api/v1/chats/{id}", 404, Duration.ofMillis(3));

        Eventually.until("the scrape shows them", () -> MetricsScrape.text().contains("\nai_requests_total"));
        System.out.println(MetricsScrape.text());
        System.exit(0);
    }
}
