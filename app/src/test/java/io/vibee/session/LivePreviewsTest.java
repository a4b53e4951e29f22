package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Drafts of a bot's answers")
class LivePreviewsTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    /** How many of so many chats may show one. */
    private static long taken(LivePreviews previews, int chats, Instant now) {
        return LongStream.range(0, chats)
                .filter(chat -> previews.take(chat, now))
                .count();
    }

    @Test
    @DisplayName("are a third of what it may send in a second, over all its chats")
    void budget() {
        LivePreviews previews = new LivePreviews(30);

        assertThat(taken(previews, 50, NOW)).isEqualTo(10);
        assertThat(taken(previews, 50, NOW.plusMillis(999))).isZero();
        assertThat(taken(previews, 50, NOW.plusSeconds(1))).isEqualTo(10);
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
        LivePreviews previews = new LivePreviews(30);
        assertThat(previews.take(1, NOW)).isTrue();

        assertThat(previews.take(1, NOW)).isFalse();
        assertThat(previews.take(2, NOW)).isTrue();
        previews.ended(1);
        assertThat(previews.take(1, NOW)).isTrue();
    }

    @Test
    @DisplayName("rest for a while once Telegram has had too many")
    void rest() {
        LivePreviews previews = new LivePreviews(30);
        previews.rest(Duration.ofSeconds(7), NOW);

        assertThat(previews.take(1, NOW.plusSeconds(7).plus(LivePreviews.REST).minusMillis(1)))
                .isFalse();
        assertThat(previews.take(1, NOW.plusSeconds(7).plus(LivePreviews.REST))).isTrue();
    }

    @Test
    @DisplayName("are given up once, for good")
    void givenUp() {
        LivePreviews previews = new LivePreviews(0);

        previews.giveUpIn(7);
        assertThat(previews.take(7, NOW)).isFalse();
        assertThat(previews.take(8, NOW)).isTrue();
        assertThat(previews.giveUp()).isTrue();
        assertThat(previews.giveUp()).isFalse();
        assertThat(previews.take(1, NOW.plus(Duration.ofDays(1000)))).isFalse();
    }

    @Test
    @DisplayName("tell for 5 s, or until the answer, that it comes")
    void tells() {
        LivePreviews previews = new LivePreviews(30);
        assertThat(previews.tells(1, NOW)).isFalse();
        assertThat(previews.take(1, NOW)).isTrue();

        assertThat(previews.tells(1, NOW.plusMillis(4999))).isTrue();
        assertThat(previews.tells(1, NOW.plusSeconds(5))).isFalse();
        assertThat(previews.tells(2, NOW)).isFalse();
        previews.replaced(1);
        assertThat(previews.tells(1, NOW)).isFalse();
    }
}
