package io.vibee.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.carrier.Carrier;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent.MessageReceived;
import io.vibee.protocol.chat.ChatEvent.NotAnswered;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Contact;
import io.vibee.protocol.chat.ContactDecision;
import io.vibee.protocol.chat.Content;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.reply.Prompt;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Somebody new")
class NewcomersTest {

    private static final Carrier CARRIER = new Carrier(Examples.SESSION, SessionKind.BUSINESS, null);

    private final PlainChat chat = new PlainChat();
    private long messages;

    private void writes(ChatType type, String text) {
        receive(type, chat.message(++messages, text));
    }

    private void receive(ChatType type, Incoming incoming) {
        chat.<Done>ask(replyTo -> new ChatCommand.Receive(
                Examples.OWNER,
                CARRIER,
                new ChatCommand.Place(Examples.TELEGRAM_CHAT, type, "Ann"),
                incoming,
                chat.now().minusSeconds(60),
                ChatMode.DIGITAL_TWIN,
                null,
                true,
                replyTo));
    }

    private void writes(String text) {
        writes(ChatType.PRIVATE, text);
    }

    private ChatView decided(ContactDecision decision) {
        return chat.<ChatView>ask(replyTo -> new ChatCommand.DecideOnContact(Examples.OWNER, decision, replyTo))
                .getValue();
    }

    /** All that the model is given of the conversation. */
    private String asked() {
        return chat.composing().prompt().turns().stream().map(Prompt.Turn::text).collect(Collectors.joining("\n"));
    }

    @Test
    @DisplayName("waits for the owner, who is told, and keeps no node busy meanwhile")
    void waits() {
        writes("hello, it is me");

        assertThat(chat.effects()).isEmpty();
        assertThat(chat.state().pending()).hasSize(1);
        assertThat(chat.state().unfinished()).isFalse();
        assertThat(chat.notices())
                .containsExactly(new ChatEffect.TellNewcomer(
                        new OwnerNotices.Newcomer(Examples.OWNER, Examples.CHAT, "Ann", "hello, it is me")));
        chat.crash();
        assertThat(chat.effects()).isEmpty();
        chat.tell(new ChatCommand.Wake(TestInbox.<Done>create().getRef()));
        assertThat(chat.notices())
                .as("who looks after it tells the owner again")
                .hasSize(2);
    }

    @Test
    @DisplayName("who is allowed is answered at once: the newest message, knowing the others")
    void allowed() {
        writes("hello");
        writes("are you there?");
        ChatView view = decided(ContactDecision.ALLOW);

        assertThat(chat.notices())
                .hasSize(2)
                .last()
                .isEqualTo(new ChatEffect.TellNewcomerSettled(new OwnerNotices.NewcomerSettled(
                        Examples.OWNER, Examples.CHAT, "Ann", Contact.ALLOWED, ChatMode.DIGITAL_TWIN)));
        assertThat(view.config().contact()).isEqualTo(Contact.ALLOWED);
        assertThat(view.config().mode()).isEqualTo(ChatMode.DIGITAL_TWIN);
        assertThat(asked()).contains("hello", "are you there?");
        assertThat(chat.events())
                .filteredOn(NotAnswered.class::isInstance)
                .singleElement()
                .satisfies(event -> assertThat(((NotAnswered) event).reason()).isEqualTo(NotAnsweredReason.SUPERSEDED));
        assertThat(chat.state().pending()).extracting(Pending::messageId).containsExactly("msg2");
    }

    @ParameterizedTest
    @EnumSource(
            value = ContactDecision.class,
            names = {"OBSERVE", "BLOCK"})
    @DisplayName("who is only read, or blocked, is not answered, then or later")
    void refused(ContactDecision decision) {
        writes("hello");
        assertThat(decided(decision).config().contact()).isEqualTo(decision.contact());
        writes("hello?");

        assertThat(chat.effects()).isEmpty();
        assertThat(chat.state().pending()).isEmpty();
        MessageReceived last = chat.last(MessageReceived.class);
        if (decision == ContactDecision.BLOCK) {
            assertThat(last.content()).isInstanceOf(Content.Withheld.class);
        } else {
            assertThat(last.notAnswered()).isEqualTo(NotAnsweredReason.OBSERVE);
        }
    }

    @Test
    @DisplayName("who is blocked stays so when the owner switches the chat off, and is let in by any other mode")
    void blocked() {
        writes("hello");
        decided(ContactDecision.BLOCK);
        chat.<ChatView>ask(replyTo -> new ChatCommand.ChangeMode(Examples.OWNER, ChatMode.DISABLED, replyTo));
        assertThat(Objects.requireNonNull(chat.state().profile()).settings().contact())
                .isEqualTo(Contact.BLOCKED);
        chat.<ChatView>ask(replyTo -> new ChatCommand.ChangeMode(Examples.OWNER, ChatMode.DIGITAL_TWIN, replyTo));
        writes("hello?");

        chat.composing();
    }

    @Test
    @DisplayName("who is blocked is not answered in any mode")
    void blockedInAMode() {
        writes("hello");
        ChatView.Config config = decided(ContactDecision.BLOCK).config();
        chat.<ChatView>ask(replyTo -> new ChatCommand.Configure(
                Examples.OWNER,
                new ChatView.Config(
                        ChatMode.DIGITAL_TWIN,
                        List.of(),
                        1,
                        config.onFailure(),
                        config.whenInDoubt(),
                        List.of(),
                        false,
                        config.takeoverMinutes(),
                        config.draftMinutes(),
                        config.manners(),
                        List.of(),
                        Contact.BLOCKED),
                replyTo));
        writes("hello?");

        assertThat(chat.last(MessageReceived.class).notAnswered()).isEqualTo(NotAnsweredReason.BLOCKED);
        assertThat(chat.last(MessageReceived.class).content()).isInstanceOf(Content.Withheld.class);
    }

    @Test
    @DisplayName("is decided about by who sets the chat's mode")
    void byMode() {
        writes("hello");
        chat.<ChatView>ask(replyTo -> new ChatCommand.ChangeMode(Examples.OWNER, ChatMode.DRAFT, replyTo));

        assertThat(asked()).contains("hello");
    }

    @Test
    @DisplayName("of whom the owner thought for more than a day is not answered: Telegram takes nothing then")
    void tooLate() {
        writes("hello");
        chat.passes(Duration.ofHours(24));
        decided(ContactDecision.ALLOW);

        assertThat(chat.last(NotAnswered.class).reason()).isEqualTo(NotAnsweredReason.WINDOW_CLOSED);
        assertThat(chat.effects()).isEmpty();
    }

    @Test
    @DisplayName("is nobody to whom the owner wrote first")
    void writtenTo() {
        Incoming.Message byOwner = new Incoming.Message(
                ++messages,
                new Incoming.Person(1, "Bob", false, "en"),
                false,
                Examples.text("hello Ann"),
                null,
                chat.now(),
                null,
                Incoming.Audience.ANYONE,
                Incoming.Hand.OWNER);
        receive(ChatType.PRIVATE, byOwner);
        chat.passes(Duration.ofMinutes(30));
        writes("hello Bob");

        chat.composing();
    }

    @Test
    @DisplayName("in a group is nobody to decide about")
    void inGroups() {
        writes(ChatType.GROUP, "hello");

        assertThat(chat.state().underReview()).isFalse();
        assertThat(chat.notices()).isEqualTo(List.of());
    }
}
