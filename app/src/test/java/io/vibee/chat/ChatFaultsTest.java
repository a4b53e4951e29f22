package io.vibee.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.boot.Entity;
import io.vibee.journal.ThrowsIn;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.DeadLettered;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.reply.ReplyOutcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("A chat whose own code fails")
@Timeout(120)
@Tag("actors")
class ChatFaultsTest {

    private static final Entity ENTITY = new Entity();

    private final AtomicBoolean fault = new AtomicBoolean();
    private final RandomGenerator random = () -> {
        if (fault.getAndSet(false)) {
            throw new StackOverflowError("what Ann wrote");
        }
        return 1;
    };
    private final LoneChat chat = new LoneChat(ENTITY, search -> CompletableFuture.completedStage(List.of()), random);

    @AfterAll
    static void stop() {
        ENTITY.close();
    }

    private DeadLettered letter() {
        return ENTITY.probe().awaitAssert(Duration.ofSeconds(15), () -> {
            List<DeadLettered> letters = ENTITY.events(chat.persistenceId).stream()
                    .filter(DeadLettered.class::isInstance)
                    .map(DeadLettered.class::cast)
                    .toList();
            assertThat(letters).hasSize(1);
            return letters.getFirst();
        });
    }

    private long count(Class<? extends ChatEvent> type) {
        return ENTITY.events(chat.persistenceId).stream()
                .filter(type::isInstance)
                .count();
    }

    private void answered(String text) {
        chat.composing(chat.asked()).replyTo().tell(LoneChat.answer(text));
        chat.account.expectMessageClass(AccountCommand.Settle.class);
    }

    private void permit() {
        chat.told(SessionCommand.RequestPermit.class)
                .replyTo()
                .tell(new PermitReply.Granted("permit", ENTITY.now().plusSeconds(10)));
    }

    @Test
    @ThrowsIn(Chat.class)
    @DisplayName("as it gets its key begins again, and takes the update that comes once more")
    void begunAgain() {
        chat.receiveAndFail(chat.message(2, "hello"));
        ENTITY.probe()
                .awaitAssert(
                        Duration.ofSeconds(15),
                        () -> assertThat(ENTITY.clockFails()).isFalse());

        chat.exchange(2, "hello", "hi");
    }

    @Test
    @DisplayName("refuses the update that it can't take in, and takes the next")
    void update() {
        fault.set(true);
        assertThat(chat.received(chat.message(2, "hello")).getError()).hasMessage(Refusal.FAULT.wireName());

        chat.exchange(4, "hello?", "hi");
    }

    @Test
    @DisplayName("makes a dead letter of what it can't decide on, without a word of it, and goes on")
    void decision() {
        chat.receive(2, "hello");
        fault.set(true);
        chat.composing(chat.asked()).replyTo().tell(new ReplyOutcome.Saturated(Duration.ofSeconds(1)));

        assertThat(letter().messageId()).isEqualTo("msg1");
        assertThat(letter().cause())
                .startsWith("a defect: StackOverflowError at ")
                .doesNotContain("Ann");
        chat.account.expectMessageClass(AccountCommand.Settle.class);
        chat.exchange(4, "hello?", "hi");
    }

    @Test
    @DisplayName("when it asks for a permit makes one dead letter of the answer")
    void permitted() {
        chat.receive(2, "hello");
        AccountCommand.Grant grant = chat.asked();
        grant.replyTo().tell(new GrantReply.Granted(null, null, false, false));
        chat.failAtSession(1);
        chat.engine
                .expectMessageClass(io.vibee.reply.ReplyEngine.Compose.class)
                .replyTo()
                .tell(LoneChat.answer("hi"));

        assertThat(letter().messageId()).isEqualTo("msg1");
    }

    @Test
    @DisplayName("after the start is stored sends nothing a second time, and is in no doubt")
    void started() {
        chat.receive(2, "hello");
        answered("hi");
        SessionCommand.RequestPermit request = chat.told(SessionCommand.RequestPermit.class);
        chat.failAtSession(1);
        request.replyTo().tell(new PermitReply.Granted("permit", ENTITY.now().plusSeconds(10)));

        assertThat(letter().draftId()).isNotNull();
        assertThat(count(ChatEvent.DeliveryStarted.class)).isEqualTo(1);
        assertThat(count(ChatEvent.DeliveryInDoubt.class)).isZero();
        chat.told(SessionCommand.ReleasePermit.class);
        chat.exchange(4, "hello?", "hi");
    }

    @Test
    @DisplayName("at the outcome of a delivery gives the text up, and does not send it again")
    void outcome() {
        chat.receive(2, "hello");
        answered("hi");
        permit();
        SessionCommand.Deliver deliver = chat.told(SessionCommand.Deliver.class);
        fault.set(true);
        deliver.replyTo().tell(new DeliveryOutcome.NotSent("try again", 0));

        assertThat(letter().draftId()).isNotNull();
        assertThat(count(ChatEvent.DeliveryInDoubt.class)).isZero();
        chat.exchange(4, "hello?", "hi");
    }

    @Test
    @DisplayName("gets past the account's fault, too")
    void account() {
        chat.receive(2, "hello");
        chat.asked().replyTo().tell(new GrantReply.Unavailable(Refusal.FAULT));

        assertThat(letter().cause()).isEqualTo(Answers.ACCOUNT_FAILED);
        chat.exchange(4, "hello?", "hi");
    }

    @Test
    @DisplayName("makes no answer of one that nobody would see")
    void invisible() {
        chat.receive(2, "hello");
        answered("\u200b\u2060");
        permit();

        assertThat(chat.told(SessionCommand.Deliver.class).message().text())
                .isNotBlank()
                .doesNotContain("\u200b");
    }

    @Test
    @DisplayName("refuses to send a text that nobody would see")
    void send() {
        chat.exchange(2, "hello", "hi");
        assertThat(chat.<org.apache.pekko.pattern.StatusReply<ChatCommand.Queued>>ask(
                                replyTo -> new ChatCommand.Send(LoneChat.OWNER, "\u2800\u200b", null, replyTo))
                        .getError())
                .hasMessage(Refusal.TEXT_INVISIBLE.wireName());
    }
}
