package io.vibee.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.AnswerInGroup;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent.MessageReceived;
import io.vibee.protocol.chat.ChatEvent.NotAnswered;
import io.vibee.protocol.chat.ChatEvent.ReplyDrafted;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Contact;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.Incoming.Audience;
import io.vibee.protocol.chat.Manners;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.OwnerVia;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Among people a chat")
class MannersTest {

    private final PlainChat chat = new PlainChat();
    private long messages;

    private void configure(ChatMode mode, Manners manners, String... names) {
        ChatView.Config config = ChatSettings.of(mode).shown(List.of(), List.of(), SessionKind.BOT, Duration.ZERO);
        chat.<ChatView>ask(replyTo -> new ChatCommand.Configure(
                Examples.OWNER,
                new ChatView.Config(
                        mode,
                        List.of(),
                        1,
                        config.onFailure(),
                        config.whenInDoubt(),
                        List.of(),
                        false,
                        30,
                        720,
                        manners,
                        List.of(names),
                        Contact.ALLOWED),
                replyTo));
    }

    /** Gives why it is not answered, or null. */
    private @Nullable NotAnsweredReason written(ChatType type, String text, Audience audience) {
        Incoming.Message message = new Incoming.Message(
                ++messages,
                Examples.ANN,
                false,
                Examples.text(text),
                null,
                chat.now(),
                null,
                audience,
                Incoming.Hand.OTHERS);
        chat.<Done>ask(replyTo -> new ChatCommand.Receive(
                Examples.OWNER,
                Examples.CARRIER,
                new ChatCommand.Place(Examples.TELEGRAM_CHAT, type, "Friends"),
                message,
                chat.now().minusSeconds(60),
                ChatMode.OBSERVE,
                replyTo));
        return chat.last(MessageReceived.class).notAnswered();
    }

    @Nested
    @DisplayName("of a group")
    class OfAGroup {

        OfAGroup() {
            written(ChatType.GROUP, "first", Audience.ANYONE);
        }

        private @Nullable NotAnsweredReason written(ChatType type, String text, Audience audience) {
            return MannersTest.this.written(type, text, audience);
        }

        private @Nullable NotAnsweredReason said(String text, Audience audience) {
            return written(ChatType.GROUP, text, audience);
        }

        @Test
        @DisplayName("answers who speaks to it or calls it by a name, and nobody else")
        void mentioned() {
            configure(ChatMode.DIGITAL_TWIN, Manners.DEFAULT, "Bob", "boss");

            assertThat(said("hello all", Audience.ANYONE)).isEqualTo(NotAnsweredReason.NOT_ADDRESSED);
            assertThat(said("Bobby, hello", Audience.ANYONE)).isEqualTo(NotAnsweredReason.NOT_ADDRESSED);
            assertThat(said("Bob, /start@other", Audience.OTHERS)).isEqualTo(NotAnsweredReason.NOT_ADDRESSED);
            assertThat(said("what does the BOSS say?", Audience.PERSON)).isNull();
            chat.answered("nothing");
            chat.sent(100);
            assertThat(said("hello", Audience.BOT)).isNull();
        }

        @Test
        @DisplayName("goes on with a talk, if it is to")
        void talks() {
            configure(ChatMode.DIGITAL_TWIN, new Manners(null, AnswerInGroup.TALK, 0, false, false, false));
            assertThat(said("hello all", Audience.ANYONE)).isEqualTo(NotAnsweredReason.NOT_ADDRESSED);
            assertThat(said("hello", Audience.BOT)).isNull();
            chat.answered("hello to you");
            chat.sent(100);

            assertThat(said("not you", Audience.PERSON)).isEqualTo(NotAnsweredReason.NOT_ADDRESSED);
            assertThat(said("how are you?", Audience.ANYONE))
                    .as("somebody else was spoken to meanwhile")
                    .isEqualTo(NotAnsweredReason.NOT_ADDRESSED);
            assertThat(said("hello again", Audience.BOT)).isNull();
            chat.answered("yes?");
            chat.sent(101);
            assertThat(said("how are you?", Audience.ANYONE)).isNull();
            chat.answered("fine");
            chat.sent(102);
            chat.passes(Duration.ofMinutes(6));
            assertThat(said("anybody here?", Audience.ANYONE)).isEqualTo(NotAnsweredReason.NOT_ADDRESSED);
        }

        @Test
        @DisplayName("answers all, but not too often and not what is for somebody else")
        void cooldown() {
            configure(ChatMode.DIGITAL_TWIN, new Manners(null, AnswerInGroup.ALL, 90, false, false, false));
            assertThat(said("one", Audience.ANYONE)).isNull();
            chat.answered("first");
            chat.sent(100);

            chat.passes(Duration.ofSeconds(89));
            assertThat(said("two", Audience.ANYONE)).isEqualTo(NotAnsweredReason.COOLDOWN);
            assertThat(said("three", Audience.PERSON)).isEqualTo(NotAnsweredReason.NOT_ADDRESSED);
            chat.passes(Duration.ofSeconds(1));
            assertThat(said("four", Audience.ANYONE)).isNull();
            chat.answered("second");
            chat.sent(101);
            assertThat(said("five", Audience.BOT)).isNull();
        }
    }

    @Test
    @DisplayName("of two people answers what is for nobody else by its form")
    void privately() {
        configureAfter(ChatType.PRIVATE, Manners.DEFAULT);

        assertThat(written(ChatType.PRIVATE, "/start@other", Audience.OTHERS))
                .isEqualTo(NotAnsweredReason.NOT_ADDRESSED);
        assertThat(written(ChatType.PRIVATE, "hello", Audience.PERSON)).isNull();
    }

    private void configureAfter(ChatType type, Manners manners) {
        written(type, "first", Audience.ANYONE);
        configure(ChatMode.DIGITAL_TWIN, manners);
    }

    @Test
    @DisplayName("answers bots only if it may, and not for ever")
    void bots() {
        configureAfter(ChatType.PRIVATE, Manners.DEFAULT);
        assertThat(writtenByBot()).isEqualTo(NotAnsweredReason.FROM_BOT);
        configure(ChatMode.DIGITAL_TWIN, new Manners(null, AnswerInGroup.MENTIONED, 0, false, true, false));
        for (int turn = 0; turn < ReceiveDecision.MOST_BOT_TURNS; turn++) {
            assertThat(writtenByBot()).isNull();
            chat.answered("answer " + turn);
            chat.sent(100 + turn);
        }
        assertThat(writtenByBot()).isEqualTo(NotAnsweredReason.FROM_BOT);
        chat.crash();
        assertThat(writtenByBot()).isEqualTo(NotAnsweredReason.FROM_BOT);

        written(ChatType.PRIVATE, "it is me", Audience.ANYONE);
        chat.answered("hello");
        chat.sent(200);
        assertThat(writtenByBot()).isNull();
    }

    private @Nullable NotAnsweredReason writtenByBot() {
        chat.received(((Incoming.Message) chat.message(++messages, "beep " + messages)).byBot());
        return chat.last(MessageReceived.class).notAnswered();
    }

    @Test
    @DisplayName("sends no sooner than a person would, also after a crash, and nothing of it when its owner writes")
    void delays() {
        configureAfter(ChatType.PRIVATE, new Manners(null, AnswerInGroup.MENTIONED, 0, true, false, false));
        written(ChatType.PRIVATE, "hello", Audience.ANYONE);
        chat.composed(chat.composing(), PlainChat.answer("0123456789"));

        assertThat(chat.last(ReplyDrafted.class).notBefore())
                .isEqualTo(chat.now().plusSeconds(5));
        assertThat(chat.effects()).isEmpty();
        chat.crash();
        assertThat(chat.effects()).isEmpty();
        chat.passes(Duration.ofSeconds(5));
        chat.timeIsUp();
        chat.next(ChatEffect.RequestPermit.class);
        chat.sent(100);

        written(ChatType.PRIVATE, "and?", Audience.ANYONE);
        chat.composed(chat.composing(), PlainChat.answer("0123456789"));
        chat.<ChatView>ask(replyTo -> new ChatCommand.TakeOver(Examples.OWNER, null, OwnerVia.API, replyTo));
        assertThat(chat.last(NotAnswered.class).reason()).isEqualTo(NotAnsweredReason.TAKEOVER);
    }

    @Test
    @DisplayName("waits longer than the longest answer of a person never")
    void longest() {
        configureAfter(ChatType.PRIVATE, new Manners(null, AnswerInGroup.MENTIONED, 0, true, false, false));
        written(ChatType.PRIVATE, "hello", Audience.ANYONE);
        chat.composed(chat.composing(), PlainChat.answer("word ".repeat(3000)));

        assertThat(chat.last(ReplyDrafted.class).notBefore())
                .isEqualTo(chat.now().plusSeconds(60));
    }

    @Test
    @DisplayName("keeps what its owner set when only its mode changes")
    void mode() {
        Manners set = new Manners(3, AnswerInGroup.TALK, 20, true, false, false);
        written(ChatType.GROUP, "first", Audience.ANYONE);
        configure(ChatMode.DIGITAL_TWIN, set, "Bob");
        ChatView view = chat.<ChatView>ask(
                        replyTo -> new ChatCommand.ChangeMode(Examples.OWNER, ChatMode.DRAFT, replyTo))
                .getValue();

        assertThat(view.config().mode()).isEqualTo(ChatMode.DRAFT);
        assertThat(view.config().manners()).isEqualTo(set);
        assertThat(view.config().names()).containsExactly("Bob");
    }
}
