package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.text.Characters;
import io.vibee.reply.ReplyOutcome.Answered;
import io.vibee.reply.ReplyOutcome.Failed;
import io.vibee.reply.ReplyOutcome.Usage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A reply's outcome")
class ReplyOutcomeTest {

    @Test
    @DisplayName("is of texts that can be stored, whatever a model writes")
    void storable() {
        Answered answered =
                new Answered("a\u0000b \ud83d", "gateway", "m\u0000" + "x".repeat(1_000), new Usage(1, 1), 1);
        Failed failed = new Failed("gateway said \ud83d" + "x".repeat(10_000), 1);

        assertThat(answered.text()).isEqualTo("a\uFFFDb \uFFFD");
        assertThat(answered.model()).startsWith("m\uFFFDx").hasSize(ReplyOutcome.LONGEST_NAME);
        assertThat(Characters.areStorable(failed.cause())).isTrue();
        assertThat(failed.cause()).hasSize(ReplyOutcome.LONGEST_CAUSE);
    }

    @Test
    @DisplayName("counts no tokens that no model has")
    void tokens() {
        Usage usage = new Usage(-5, Long.MAX_VALUE);

        assertThat(usage.promptTokens()).isZero();
        assertThat(usage.completionTokens()).isPositive();
        assertThat(usage.plus(usage).completionTokens()).isPositive();
    }
}
