package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.apache.pekko.Done;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Drafts of a bot's answers")
class LivePreviewsTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    /** How many of so many chats may show one. */
    private static long taken(LivePreviews drafts, int chats, Instant now) {
        return LongStream.range(0, chats).filter(chat -> drafts.take(chat, now)).count();
    }

    @Test
    @DisplayName("are a third of what it may send in a second, over all its chats")
    void budget() {
        LivePreviews drafts = new LivePreviews(30);

        assertThat(taken(drafts, 50, NOW)).isEqualTo(10);
        assertThat(taken(drafts, 50, NOW.plusMillis(999))).isZero();
        assertThat(taken(drafts, 50, NOW.plusSeconds(1))).isEqualTo(10);
        assertThat(taken(new LivePreviews(1), 50, NOW)).isEqualTo(1);
    }

    @Test
    @DisplayName("are as many as Telegram takes when sends are not paced")
    void unpaced() {
        assertThat(taken(new LivePreviews(0), 1000, NOW)).isEqualTo(1000);
    }

    @Test
    @DisplayName("go out one at a time in a chat")
    void oneAtATime() {
        LivePreviews drafts = new LivePreviews(30);
        assertThat(drafts.take(1, NOW)).isTrue();
        drafts.sending(1, new CompletableFuture<>());

        assertThat(drafts.take(1, NOW)).isFalse();
        assertThat(drafts.take(2, NOW)).isTrue();
        drafts.ended(1);
        assertThat(drafts.take(1, NOW)).isTrue();
    }

    @Test
    @DisplayName("rest for a while once Telegram has had too many")
    void rest() {
        LivePreviews drafts = new LivePreviews(30);
        drafts.rest(Duration.ofSeconds(7), NOW);

        assertThat(drafts.take(1, NOW.plusSeconds(7).plus(LivePreviews.REST).minusMillis(1)))
                .isFalse();
        assertThat(drafts.take(1, NOW.plusSeconds(7).plus(LivePreviews.REST))).isTrue();
    }

    @Test
    @DisplayName("are given up once, for good")
    void givenUp() {
        LivePreviews drafts = new LivePreviews(0);

        drafts.giveUpIn(7);
        assertThat(drafts.take(7, NOW)).isFalse();
        assertThat(drafts.take(8, NOW)).isTrue();
        assertThat(drafts.giveUp()).isTrue();
        assertThat(drafts.giveUp()).isFalse();
        assertThat(drafts.take(1, NOW.plus(Duration.ofDays(1000)))).isFalse();
    }

    @Test
    @DisplayName("tell for 5 s, or until the answer, that it comes")
    void tells() {
        LivePreviews drafts = new LivePreviews(30);
        assertThat(drafts.tells(1, NOW)).isFalse();
        assertThat(drafts.take(1, NOW)).isTrue();

        assertThat(drafts.tells(1, NOW.plusMillis(4999))).isTrue();
        assertThat(drafts.tells(1, NOW.plusSeconds(5))).isFalse();
        assertThat(drafts.tells(2, NOW)).isFalse();
        assertThat(drafts.replaced(1)).isCompleted();
        assertThat(drafts.tells(1, NOW)).isFalse();
    }

    @Test
    @DisplayName("let the answer go when none of them can come after it, sent or failed")
    void replaced() {
        LivePreviews drafts = new LivePreviews(30);
        CompletableFuture<Done> draft = new CompletableFuture<>();
        drafts.sending(1, draft);

        assertThat(drafts.replaced(1)).isNotCompleted();
        assertThat(drafts.replaced(2)).isCompleted();
        draft.completeExceptionally(new IllegalStateException("refused"));
        assertThat(drafts.replaced(1)).isCompleted();
    }
}
