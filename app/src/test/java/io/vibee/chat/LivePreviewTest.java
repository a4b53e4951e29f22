package io.vibee.chat;

import static io.vibee.chat.Examples.AT;
import static io.vibee.chat.Examples.KEY;
import static io.vibee.chat.Examples.head;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.carrier.Carrier;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.Sender;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What is shown of an answer that comes")
class LivePreviewTest {

    private final LivePreview coming = new LivePreview();

    @Test
    @DisplayName("begins with a sentence or 20 characters, without Markdown, and is shown when it grew")
    void grows() {
        Consumer<Supplier<String>> heard = coming.begin();
        assertThat(coming.next()).isEmpty();
        heard.accept(() -> "**Well**, let");
        assertThat(coming.next()).isEmpty();
        heard.accept(() -> "**Well**, let me think about");
        assertThat(coming.next()).contains("Well, let me think about");
        assertThat(coming.next()).isEmpty();
        heard.accept(() -> "**Well**, let me think about it");
        assertThat(coming.next()).contains("Well, let me think about it");

        coming.begin().accept(() -> "Yes. And");
        assertThat(coming.next()).contains("Yes. And");
    }

    @Test
    @DisplayName("begins again with another try, and hears nothing of an answer before")
    void again() {
        Consumer<Supplier<String>> heard = coming.begin();
        heard.accept(() -> "The first try came so far");
        assertThat(coming.next()).isPresent();
        heard.accept(() -> "");
        assertThat(coming.next()).isEmpty();
        heard.accept(() -> "The second one is better");
        assertThat(coming.next()).contains("The second one is better");

        coming.begin();
        heard.accept(() -> "The second one is better still");
        assertThat(coming.next()).isEmpty();
    }

    @Test
    @DisplayName("is what fits in one message")
    void fits() {
        coming.begin().accept(() -> "word ".repeat(2000));
        assertThat(coming.next().orElseThrow()).hasSizeBetween(4000, 4096);
        assertThat(coming.next()).isEmpty();
    }

    @Test
    @DisplayName("is shown to one person only, and not as somebody else")
    void where() {
        Carrier bot = new Carrier("ses_1", SessionKind.BOT, null);
        assertThat(LivePreview.isShown(profile(ChatType.PRIVATE, bot))).isTrue();
        assertThat(LivePreview.isShown(profile(ChatType.SUPERGROUP, bot))).isFalse();
        assertThat(LivePreview.isShown(profile(ChatType.PRIVATE, new Carrier("ses_1", SessionKind.BUSINESS, "bc_1"))))
                .isFalse();
    }

    private static Profile profile(ChatType type, Carrier carrier) {
        return Objects.requireNonNull(Examples.after(new ChatEvent.ChatOpened(
                        head(), 42, type, null, KEY.keyId(), carrier, ChatSettings.of(ChatMode.DIGITAL_TWIN)))
                .profile());
    }

    @Test
    @DisplayName("has an id that Telegram takes, the same for all of an answer")
    void id() {
        assertThat(LivePreview.draftId(answeringTo(17))).isEqualTo(LivePreview.draftId(answeringTo(17)));
        for (long id : new long[] {0, 1, Integer.MAX_VALUE, Integer.MAX_VALUE + 1L, Long.MAX_VALUE}) {
            assertThat(LivePreview.draftId(answeringTo(id))).isPositive();
        }
    }

    private static Pending answeringTo(long telegramMessageId) {
        return new Pending(
                "msg1", telegramMessageId, new Sender(7, null, false, null), KEY.seal("hi"), null, AT, false, null);
    }
}
