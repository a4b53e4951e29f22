package io.vibee.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.carrier.Carrier;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent.EchoReceived;
import io.vibee.protocol.chat.ChatEvent.MessageReceived;
import io.vibee.protocol.chat.ChatEvent.NotAnswered;
import io.vibee.protocol.chat.ChatEvent.TakenOver;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatState.WindowEntry;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.DraftEnd;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.Incoming.Hand;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.OwnerVia;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A chat of a person's own")
class TakeoverTest {

    private static final Carrier CARRIER = new Carrier(Examples.SESSION, SessionKind.BUSINESS, null);
    private static final Incoming.Person BOB = new Incoming.Person(1, "Bob", false, "en");

    private final PlainChat chat = new PlainChat();

    private void ann(long messageId, String text) {
        assertThat(chat.received(chat.message(messageId, text), CARRIER).isSuccess())
                .isTrue();
    }

    private void bob(long messageId, String text, boolean own, Hand hand) {
        Incoming.Message message = new Incoming.Message(
                messageId, BOB, own, Examples.text(text), null, chat.now(), null, Incoming.Audience.ANYONE, hand);
        assertThat(chat.received(message, CARRIER).isSuccess()).isTrue();
    }

    private @Nullable NotAnsweredReason reason() {
        return chat.last(MessageReceived.class).notAnswered();
    }

    private ChatView takeOver(@Nullable Integer minutes) {
        return chat.<ChatView>ask(replyTo -> new ChatCommand.TakeOver(Examples.OWNER, minutes, OwnerVia.API, replyTo))
                .getValue();
    }

    @Test
    @DisplayName("is in its owner's hand for half an hour after the owner wrote there")
    void byWriting() {
        bob(1, "I am here myself", false, Hand.OWNER);
        assertThat(chat.last(TakenOver.class).until()).isEqualTo(chat.now().plus(Duration.ofMinutes(30)));
        ann(2, "great");
        assertThat(reason()).isEqualTo(NotAnsweredReason.TAKEOVER);

        chat.passes(Duration.ofMinutes(30));
        ann(3, "still there?");
        chat.composing();
        assertThat(chat.state().window())
                .extracting(WindowEntry::own)
                .as("the owner's words are the owner's")
                .containsExactly(true, false, false);
    }

    @Test
    @DisplayName("drops what waits when its owner writes, and sends nothing of it")
    void drops() {
        ann(1, "hello");
        chat.answered("hi Ann");
        bob(2, "hello Ann", false, Hand.OWNER);
        chat.tell(new ChatStep.PermitAnswered(chat.granted()));

        chat.next(ChatEffect.ReleasePermit.class);
        assertThat(chat.last(NotAnswered.class).reason()).isEqualTo(NotAnsweredReason.TAKEOVER);
        assertThat(chat.state().unfinished()).isFalse();
        assertThat(chat.effects()).isEmpty();
    }

    @Test
    @DisplayName("gives a draft up when its owner writes")
    void drafts() {
        ann(1, "hello");
        chat.composing();
        chat.in(ChatMode.DRAFT);
        chat.tell(new ChatStep.Composed("msg1", PlainChat.answer("hi")));
        chat.next(ChatEffect.Settle.class);
        String id = chat.state().proposals().getFirst().draftId();
        bob(2, "hello Ann", false, Hand.OWNER);

        assertThat(chat.state().endOf(id)).contains(DraftEnd.TAKEOVER);
    }

    @Test
    @DisplayName("stays the twin's when Telegram greets in its owner's name, or shows what the twin sent")
    void automatic() {
        bob(1, "I am away", false, Hand.OWNER_AUTOMATIC);
        assertThat(reason()).isEqualTo(NotAnsweredReason.FROM_OWNER);
        bob(2, "sent by the twin", true, Hand.OTHERS);
        chat.last(EchoReceived.class);
        bob(2, "sent by the twin", true, Hand.OTHERS);
        ann(3, "hello");

        chat.composing();
        assertThat(chat.events()).filteredOn(EchoReceived.class::isInstance).hasSize(1);
        assertThat(chat.state().takenOverUntil()).isNull();
        assertThat(chat.state().window()).hasSize(2);
    }

    @Test
    @DisplayName("is taken for as long as its owner wishes, and given back")
    void byWish() {
        ann(1, "hello");
        ChatView view = takeOver(5);
        assertThat(view.takenOverUntil()).isEqualTo(chat.now().plus(Duration.ofMinutes(5)));
        assertThat(view.pending()).isZero();
        ChatView back = chat.<ChatView>ask(
                        replyTo -> new ChatCommand.EndTakeover(Examples.OWNER, OwnerVia.API, replyTo))
                .getValue();
        assertThat(back.takenOverUntil()).isNull();
        chat.effects().forEach(effect -> chat.next(effect.getClass()));
        ann(2, "hello?");

        chat.composing();
    }

    @Test
    @DisplayName("is never taken by writing where its settings say so")
    void never() {
        ann(1, "hello");
        chat.composing();
        ChatSettings never = new ChatSettings(
                ChatMode.DIGITAL_TWIN,
                null,
                1,
                OnFailure.PREDEFINED,
                WhenInDoubt.RESEND,
                List.of(),
                false,
                0,
                null,
                null,
                null,
                null);
        chat.<ChatView>ask(replyTo -> new ChatCommand.Configure(
                Examples.OWNER, never.shown(List.of(), List.of(), SessionKind.BOT, Duration.ZERO), replyTo));
        bob(2, "hello Ann", false, Hand.OWNER);

        assertThat(chat.state().takenOverUntil()).isNull();
        assertThat(takeOver(null).takenOverUntil()).isEqualTo(chat.now().plus(Duration.ofMinutes(30)));
    }

    @Test
    @DisplayName("asks nothing of a model and sends nothing a day after the other's last message")
    void windowClosed() {
        ann(1, "hello");
        chat.answered("hi Ann");
        chat.tell(new ChatStep.PermitAnswered(new PermitReply.Waiting()));
        chat.passes(Duration.ofHours(24));
        chat.tell(ChatStep.PermitOverdue.NOW);

        assertThat(chat.last(NotAnswered.class).reason()).isEqualTo(NotAnsweredReason.WINDOW_CLOSED);
        assertThat(chat.effects()).isEmpty();
        assertThat(chat.state().unfinished()).isFalse();
    }
}
