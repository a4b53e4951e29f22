package io.vibee.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.cluster.JournaledEntity.Then;
import io.vibee.moderation.StopReason;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.chat.AnswerInGroup;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.ChatErased;
import io.vibee.protocol.chat.ChatEvent.ChatOpened;
import io.vibee.protocol.chat.ChatEvent.DeadLettered;
import io.vibee.protocol.chat.ChatEvent.Delivered;
import io.vibee.protocol.chat.ChatEvent.DeliveryInDoubt;
import io.vibee.protocol.chat.ChatEvent.DeliveryStarted;
import io.vibee.protocol.chat.ChatEvent.MessageReceived;
import io.vibee.protocol.chat.ChatEvent.NotAnswered;
import io.vibee.protocol.chat.ChatEvent.ReplyDrafted;
import io.vibee.protocol.chat.ChatEvent.ReplyProposed;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Contact;
import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.Manners;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.OwnerVia;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.crypto.TextCipher;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.Incarnation;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.TextEntity;
import io.vibee.reply.ReplyOutcome;
import io.vibee.reply.ReplyRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A chat decides")
class ChatMachineTest {

    private static final StopReason PATTERN = new StopReason(StopReason.Side.MESSAGE, StopReason.Rule.PATTERN, "7");
    private static final StopReason LINKS = new StopReason(StopReason.Side.ANSWER, StopReason.Rule.LINKS, "");

    private final PlainChat chat = new PlainChat();

    private void configure(OnFailure onFailure, WhenInDoubt whenInDoubt) {
        StatusReply<ChatView> reply = chat.ask(replyTo -> new ChatCommand.Configure(
                Examples.OWNER,
                new ChatView.Config(
                        ChatMode.DIGITAL_TWIN,
                        List.of(),
                        1,
                        onFailure,
                        whenInDoubt,
                        List.of(),
                        false,
                        30,
                        720,
                        Manners.DEFAULT,
                        List.of(),
                        Contact.ALLOWED),
                replyTo));
        assertThat(reply.isSuccess()).isTrue();
    }

    @Nested
    @DisplayName("to answer a message")
    class Answering {

        @BeforeEach
        void written() {
            chat.receive(17, "hello");
        }

        @Test
        @DisplayName("with three writes of four events, after its opening")
        void threeWrites() {
            chat.answered("hi Ann");
            ChatEffect.Deliver deliver = chat.permitted();
            assertThat(deliver.message().text()).isEqualTo("hi Ann");
            assertThat(deliver.message().telegramChatId()).isEqualTo(Examples.TELEGRAM_CHAT);
            chat.ended(deliver, new DeliveryOutcome.Sent(18));

            assertThat(chat.stored())
                    .containsExactly(
                            ChatOpened.class,
                            MessageReceived.class,
                            ReplyDrafted.class,
                            DeliveryStarted.class,
                            Delivered.class);
            assertThat(chat.writes()).containsExactly(2, 2, 1);
            assertThat(chat.events())
                    .extracting(event -> event.head().open())
                    .containsExactly(true, true, true, true, false);
            assertThat(chat.effects()).isEmpty();
        }

        @Test
        @DisplayName("and settles what it took")
        void settled() {
            AccountCommand.Settle settle = chat.composed(chat.composing(), PlainChat.answer("hi"));

            assertThat(settle.made()).isTrue();
            assertThat(settle.costMicroUsd())
                    .as("10 prompt and 5 completion tokens")
                    .isEqualTo(12);
        }

        @Test
        @DisplayName("shown while it comes, and then as it is formatted")
        void formatted() {
            ReplyRequest request = chat.composing();
            assertThat(request.streamed()).isTrue();
            chat.tell(ChatStep.ShowLivePreview.NOW);
            assertThat(chat.next(ChatEffect.ShowLivePreview.class).draftId()).isPositive();
            chat.composed(request, PlainChat.answer("It is a **long story**."));
            chat.next(ChatEffect.RequestPermit.class);
            chat.tell(ChatStep.ShowLivePreview.NOW);

            ChatEffect.Deliver deliver = chat.permitted();
            assertThat(deliver.message().text()).isEqualTo("It is a long story.");
            assertThat(deliver.message().entities())
                    .containsExactly(new TextEntity(TextEntity.Kind.BOLD, 8, 10, null, null));
            assertThat(deliver.message().linkPreview()).isFalse();
        }

        @Test
        @DisplayName("plainly when Telegram refuses its formats, also after a crash")
        void plainly() {
            chat.answered("**hi**");
            chat.ended(chat.permitted(), new DeliveryOutcome.RefusedByTelegram(400, "can't parse entities", -1));
            chat.crash();
            chat.next(ChatEffect.RequestPermit.class);

            ChatEffect.Deliver deliver = chat.permitted();
            assertThat(deliver.message().text()).isEqualTo("hi");
            assertThat(deliver.message().entities()).isEmpty();
        }

        @Test
        @DisplayName("once, however often it comes")
        void duplicate() {
            chat.answered("hi");
            chat.sent(18);
            chat.receive(17, "hello");

            assertThat(chat.events()).hasSize(5);
            assertThat(chat.effects()).isEmpty();
        }

        @Test
        @DisplayName("after the other, in order")
        void inOrder() {
            chat.receive(18, "two");
            chat.answered("answer one");
            assertThat(chat.effects()).as("one thing at a time").isEmpty();
            chat.sent(20);
            chat.answered("answer two");
            ChatEffect.Deliver second = chat.permitted();

            assertThat(second.message().text()).isEqualTo("answer two");
            chat.ended(second, new DeliveryOutcome.Sent(21));
            assertThat(chat.last(Delivered.class).telegramMessageId()).isEqualTo(21);
        }

        @Test
        @DisplayName("in all its parts, each with a permit of its own")
        void parts() {
            chat.answered("word ".repeat(1200));
            chat.sent(18);
            chat.next(ChatEffect.RequestPermit.class);
            chat.sent(19);

            assertThat(chat.last(Delivered.class).part()).isEqualTo(1);
        }

        @Test
        @DisplayName("with one notice a day when the owner's quota is used up, and then with nothing")
        void toldOnce() {
            chat.grant(new GrantReply.Exhausted(chat.now()));
            assertThat(chat.stored()).endsWith(NotAnswered.class, ReplyDrafted.class);
            chat.next(ChatEffect.RequestPermit.class);
            ChatEffect.Deliver notice = chat.permitted();
            assertThat(notice.message().text()).startsWith("Sorry, I can't reply right now.");
            chat.ended(notice, new DeliveryOutcome.Sent(18));
            chat.receive(19, "hello");
            chat.grant(new GrantReply.Exhausted(chat.now()));
            assertThat(chat.last(NotAnswered.class).reason()).isEqualTo(NotAnsweredReason.QUOTA);
            chat.crash();
            chat.receive(20, "hello");
            chat.grant(new GrantReply.Exhausted(chat.now()));
            assertThat(chat.last(NotAnswered.class).reason()).isEqualTo(NotAnsweredReason.QUOTA);
        }

        @Test
        @DisplayName("not in quiet hours")
        void quiet() {
            chat.grant(new GrantReply.Quiet(null, null));

            assertThat(chat.last(NotAnswered.class).reason()).isEqualTo(NotAnsweredReason.QUIET_HOURS);
            assertThat(chat.effects()).isEmpty();
        }

        @Test
        @DisplayName("not in quiet hours, of which its owner has people told once")
        void notice() {
            Instant began = chat.now().minusSeconds(60);
            chat.grant(new GrantReply.Quiet(began, "I am asleep."));
            ReplyDrafted told = chat.last(ReplyDrafted.class);
            assertThat(told.parts()).extracting(Examples::clear).containsExactly("I am asleep.");
            assertThat(told.origin()).isEqualTo(new DraftOrigin.Notice(NotAnsweredReason.QUIET_HOURS));
            chat.next(ChatEffect.RequestPermit.class);
            chat.sent(100);

            chat.receive(18, "wake up");
            chat.grant(new GrantReply.Quiet(began, "I am asleep."));
            assertThat(chat.last(NotAnswered.class).reason()).isEqualTo(NotAnsweredReason.QUIET_HOURS);
            chat.passes(Duration.ofDays(1));
            chat.receive(19, "wake up");
            chat.grant(new GrantReply.Quiet(chat.now().minusSeconds(60), "I am asleep."));
            chat.last(ReplyDrafted.class);
        }

        @Test
        @DisplayName("in hours in which its owner wants to see it first, with leave")
        void leave() {
            chat.grant(new GrantReply.Granted(null, null, false, true));
            chat.composed(chat.next(ChatEffect.Compose.class).request(), PlainChat.answer("good night"));

            assertThat(chat.effects()).isEmpty();
            String draft = chat.last(ReplyProposed.class).draftId();
            chat.<ChatCommand.Queued>ask(
                    replyTo -> new ChatCommand.ApproveDraft(Examples.OWNER, draft, null, OwnerVia.API, replyTo));
            chat.next(ChatEffect.RequestPermit.class);
        }

        @Test
        @DisplayName("in such hours with nothing when no model can: a ready sentence would have no leave")
        void noLeave() {
            chat.grant(new GrantReply.Granted(null, null, false, true));
            chat.composed(chat.next(ChatEffect.Compose.class).request(), new ReplyOutcome.Failed("openrouter: 503", 1));

            chat.last(DeadLettered.class);
            assertThat(chat.effects()).isEmpty();
        }

        @Test
        @DisplayName("later when the account can't say, at once when something comes")
        void unavailable() {
            chat.grant(new GrantReply.Unavailable(Refusal.UNAVAILABLE));
            assertThat(chat.effects()).isEmpty();
            chat.tell(ChatStep.Proceed.NOW);
            chat.grant(new GrantReply.Unavailable(Refusal.UNAVAILABLE));
            chat.receive(18, "hello?");

            chat.composing();
        }

        @Test
        @DisplayName("not when the account's own code failed at it")
        void accountFailed() {
            chat.grant(new GrantReply.Unavailable(Refusal.FAULT));

            assertThat(chat.last(DeadLettered.class).cause()).isEqualTo(Answers.ACCOUNT_FAILED);
        }

        @Test
        @DisplayName("without paying for one that was given before")
        void cached() {
            ReplyOutcome before = new ReplyOutcome.Answered(
                    "hi", "openrouter", "gpt", new ReplyOutcome.Usage(0, 0), 0, true, List.of());

            assertThat(chat.composed(chat.composing(), before).made()).isFalse();
            chat.next(ChatEffect.RequestPermit.class);
            chat.permitted();
            assertThat(((ReplyDrafted) chat.events().get(2)).origin())
                    .isEqualTo(new DraftOrigin.Model("openrouter", "gpt", 0, 0, true));
        }

        @Test
        @DisplayName("not when it is stopped, and says why")
        void stopped() {
            ReplyOutcome outcome =
                    new ReplyOutcome.Stopped(PATTERN, new ReplyOutcome.Usage(0, 0), "", "", 0, List.of());

            assertThat(chat.composed(chat.composing(), outcome).made()).isFalse();
            assertThat(chat.next(ChatEffect.CountStopped.class).why()).isEqualTo(PATTERN);
            NotAnswered not = chat.last(NotAnswered.class);
            assertThat(not.reason()).isEqualTo(NotAnsweredReason.MODERATED);
            assertThat(not.detail()).isEqualTo("pattern:7");
        }

        @Test
        @DisplayName("not when the answer is stopped, which is paid all the same")
        void answerStopped() {
            ReplyOutcome.Spent lost = new ReplyOutcome.Spent("openrouter", "gpt", new ReplyOutcome.Usage(10, 5));
            AccountCommand.Settle settle = chat.composed(
                    chat.composing(),
                    new ReplyOutcome.Stopped(
                            LINKS, new ReplyOutcome.Usage(10, 5), "openrouter", "gpt", 2, List.of(lost)));

            assertThat(settle.made()).isTrue();
            assertThat(settle.promptTokens()).as("with a call that broke off").isEqualTo(20);
            assertThat(settle.costMicroUsd()).isEqualTo(24);
            assertThat(chat.last(NotAnswered.class).detail()).isEqualTo("answer_links");
        }

        @Test
        @DisplayName("after asking again when the engine is full, without paying for it")
        void saturated() {
            assertThat(chat.composed(chat.composing(), new ReplyOutcome.Saturated(Duration.ofMillis(10)))
                            .made())
                    .isFalse();
            assertThat(chat.effects()).isEmpty();
            chat.tell(ChatStep.Proceed.NOW);

            chat.answered("hi");
        }

        @Test
        @DisplayName("with the ready sentence when nobody would see anything of the answer")
        void invisible() {
            chat.answered("\u200b\u2060");

            assertThat(chat.permitted().message().text()).isNotBlank().doesNotContain("\u200b");
        }

        @Test
        @DisplayName("not one that was taken back while it was composed")
        void takenBack() {
            ReplyRequest request = chat.composing();
            assertThat(chat.received(new Incoming.Deletion(List.of(17L))).isSuccess())
                    .isTrue();

            assertThat(chat.composed(request, PlainChat.answer("hi")).made()).isTrue();
            assertThat(chat.last(NotAnswered.class).reason()).isEqualTo(NotAnsweredReason.DELETED);
            chat.tell(ChatStep.Idle.NOW);
            chat.next(ChatEffect.Passivate.class);
        }
    }

    @Nested
    @DisplayName("with a permit")
    class Permits {

        @BeforeEach
        void composed() {
            chat.receive(17, "hello");
        }

        @Test
        @DisplayName("to send; the draft is stored apart when it has to wait for one")
        void waiting() {
            chat.answered("hi");
            chat.tell(new ChatStep.PermitAnswered(new PermitReply.Waiting()));
            assertThat(chat.stored()).endsWith(ReplyDrafted.class);
            chat.sent(18);

            assertThat(chat.stored()).endsWith(ReplyDrafted.class, DeliveryStarted.class, Delivered.class);
            assertThat(chat.writes()).containsExactly(2, 1, 1, 1);
        }

        @Test
        @DisplayName("refused to give up what is pending")
        void refused() {
            chat.receive(18, "hello?");
            chat.answered("hi");
            chat.tell(new ChatStep.PermitAnswered(new PermitReply.Refused(SessionState.Phase.PAUSED)));

            assertThat(chat.stored()).endsWith(NotAnswered.class, NotAnswered.class);
            assertThat(chat.last(NotAnswered.class).reason()).isEqualTo(NotAnsweredReason.PAUSED);
            assertThat(chat.last(NotAnswered.class).head().open()).isFalse();
        }

        @Test
        @DisplayName("to give it back when nothing is to be sent")
        void released() {
            chat.answered("hi");
            chat.sent(18);
            chat.tell(new ChatStep.PermitAnswered(chat.granted()));

            assertThat(chat.next(ChatEffect.ReleasePermit.class).permitId()).isEqualTo(PlainChat.SESSION.permitId(2));
        }

        @Test
        @DisplayName("to ask again when it hears nothing; the draft is stored meanwhile")
        void overdue() {
            chat.answered("hi");
            chat.tell(ChatStep.PermitOverdue.NOW);

            assertThat(chat.stored()).endsWith(ReplyDrafted.class);
            chat.next(ChatEffect.RequestPermit.class);
            chat.sent(18);
            assertThat(chat.stored()).endsWith(Delivered.class);
        }
    }

    @Nested
    @DisplayName("in doubt whether a text was sent")
    class Doubt {

        @BeforeEach
        void written() {
            chat.receive(17, "hello");
        }

        @Test
        @DisplayName("to say so and send it again")
        void resend() {
            chat.answered("hi");
            chat.ended(chat.permitted(), new DeliveryOutcome.Unknown("connection lost"));
            chat.next(ChatEffect.RequestPermit.class);
            ChatEffect.Deliver again = chat.permitted();

            assertThat(again.message().text()).isEqualTo("hi");
            chat.ended(again, new DeliveryOutcome.Sent(18));
            assertThat(chat.stored())
                    .endsWith(DeliveryStarted.class, DeliveryInDoubt.class, DeliveryStarted.class, Delivered.class);
        }

        @Test
        @DisplayName("to say so and go on when it is to skip")
        void skip() {
            ReplyRequest request = chat.composing();
            configure(OnFailure.PREDEFINED, WhenInDoubt.SKIP);
            chat.composed(request, PlainChat.answer("hi"));
            chat.next(ChatEffect.RequestPermit.class);
            chat.ended(chat.permitted(), new DeliveryOutcome.Unknown("connection lost"));

            DeliveryInDoubt doubt = chat.last(DeliveryInDoubt.class);
            assertThat(doubt.resolution()).isEqualTo(WhenInDoubt.SKIP);
            assertThat(doubt.head().open()).isFalse();
        }
    }

    @Nested
    @DisplayName("when it is woken while something is sent")
    class Woken {

        private ChatEffect.Deliver deliver;

        @BeforeEach
        void woken() {
            chat.receive(17, "hello");
            chat.answered("hi");
            deliver = chat.permitted();
            wake();
        }

        private void wake() {
            chat.tell(new ChatCommand.Wake(TestInbox.<Done>create().getRef()));
        }

        private void found(@Nullable Incarnation session) {
            chat.tell(new ChatStep.SenderFound(
                    chat.next(ChatEffect.FindSender.class).permitId(), session));
        }

        @Test
        @DisplayName("to wait for its outcome while the session that sends it lives")
        void lives() {
            found(PlainChat.SESSION);
            assertThat(chat.effects()).isEmpty();

            chat.ended(deliver, new DeliveryOutcome.Sent(18));
            assertThat(chat.stored()).endsWith(DeliveryStarted.class, Delivered.class);
        }

        @Test
        @DisplayName("to be in doubt soon when the session went on elsewhere")
        void elsewhere() {
            found(new Incarnation("another"));
            assertThat(chat.stored()).endsWith(DeliveryStarted.class);

            chat.timeIsUp();
            assertThat(chat.stored()).endsWith(DeliveryInDoubt.class);
        }

        @Test
        @DisplayName("to take the last word of a session that went on elsewhere")
        void lastWord() {
            found(new Incarnation("another"));
            chat.ended(deliver, new DeliveryOutcome.Sent(18));
            chat.timeIsUp();

            assertThat(chat.stored()).endsWith(DeliveryStarted.class, Delivered.class);
        }

        @Test
        @DisplayName("to ask again while nobody has the session")
        void nobody() {
            found(null);
            found(null);
            found(new Incarnation("another"));
            chat.timeIsUp();

            assertThat(chat.stored()).endsWith(DeliveryInDoubt.class);
        }

        @Test
        @DisplayName("nothing about what is sent next")
        void next() {
            String permit = chat.next(ChatEffect.FindSender.class).permitId();
            chat.ended(deliver, new DeliveryOutcome.NotSent("later", 0));
            chat.passes(Duration.ofMinutes(1));
            chat.tell(ChatStep.Proceed.NOW);
            chat.next(ChatEffect.RequestPermit.class);
            chat.permitted();
            chat.tell(new ChatStep.SenderFound(permit, new Incarnation("another")));

            assertThat(chat.effects()).isEmpty();
            assertThat(chat.stored()).endsWith(DeliveryStarted.class);
        }
    }

    @Nested
    @DisplayName("after a crash")
    class Crash {

        @BeforeEach
        void written() {
            chat.receive(17, "hello");
        }

        @Test
        @DisplayName("to ask the engine again for what is pending")
        void pending() {
            chat.composing();
            chat.crash();

            chat.answered("hi");
            chat.sent(18);
            assertThat(chat.stored()).hasSize(5).endsWith(Delivered.class);
        }

        @Test
        @DisplayName("to send a draft that was not on its way, without paying for it again")
        void draft() {
            chat.answered("hi");
            chat.tell(new ChatStep.PermitAnswered(new PermitReply.Waiting()));
            chat.crash();

            chat.next(ChatEffect.RequestPermit.class);
            ChatEffect.Deliver deliver = chat.permitted();
            assertThat(deliver.message().text()).isEqualTo("hi");
            chat.ended(deliver, new DeliveryOutcome.Sent(18));
            assertThat(chat.stored()).hasSize(5).endsWith(DeliveryStarted.class, Delivered.class);
        }

        @Test
        @DisplayName("to be in doubt about a delivery that had been started, and to send it again")
        void started() {
            chat.answered("hi");
            chat.permitted();
            chat.crash();

            assertThat(chat.last(DeliveryInDoubt.class).head().open()).isTrue();
            chat.next(ChatEffect.RequestPermit.class);
            chat.sent(18);
            assertThat(chat.stored()).endsWith(DeliveryInDoubt.class, DeliveryStarted.class, Delivered.class);
        }

        @Test
        @DisplayName("on nothing when nothing is left to do")
        void nothing() {
            chat.answered("hi");
            chat.sent(18);
            chat.crash();

            assertThat(chat.effects()).isEmpty();
        }
    }

    @Nested
    @DisplayName("for its owner")
    class Ownership {

        @BeforeEach
        void written() {
            chat.receive(17, "hello");
        }

        @Test
        @DisplayName("and for nobody else, to whom it does not exist")
        void others() {
            StatusReply<ChatView> seen = chat.ask(replyTo -> new ChatCommand.GetChat("usr_eve", replyTo));
            StatusReply<ChatView> configured = chat.ask(replyTo -> new ChatCommand.Configure(
                    "usr_eve",
                    new ChatView.Config(
                            ChatMode.DISABLED,
                            List.of(),
                            1,
                            OnFailure.SILENCE,
                            WhenInDoubt.SKIP,
                            List.of(),
                            false,
                            30,
                            720,
                            Manners.DEFAULT,
                            List.of(),
                            Contact.ALLOWED),
                    replyTo));
            StatusReply<ChatCommand.Queued> sent =
                    chat.ask(replyTo -> new ChatCommand.Send("usr_eve", "hi", null, replyTo));
            StatusReply<ChatCommand.Previewed> previewed =
                    chat.ask(replyTo -> new ChatCommand.Preview("usr_eve", "hi", replyTo));

            assertThat(List.of(seen, configured, sent, previewed))
                    .allSatisfy(reply -> assertThat(reply.getError()).hasMessage(Refusal.CHAT_NOT_FOUND.wireName()));
            chat.tell(new ChatCommand.SessionStopped("usr_eve", NotAnsweredReason.PAUSED, chat.now()));
            chat.composing();
            assertThat(chat.events()).hasSize(2);
        }

        @Test
        @DisplayName("whose session, when it stopped before a message came, does not take its answer away")
        void stoppedBefore() {
            chat.answered("hi");
            chat.tell(new ChatCommand.SessionStopped(
                    Examples.OWNER, NotAnsweredReason.PAUSED, chat.now().minusSeconds(1)));

            chat.sent(18);
            assertThat(chat.stored()).endsWith(ReplyDrafted.class, DeliveryStarted.class, Delivered.class);
        }

        @Test
        @DisplayName("what it is and how it is configured")
        void owner() {
            ChatView.Config config = new ChatView.Config(
                    ChatMode.SNIPER,
                    List.of("price"),
                    0.5,
                    OnFailure.SILENCE,
                    WhenInDoubt.SKIP,
                    List.of(),
                    false,
                    30,
                    720,
                    new Manners(0, AnswerInGroup.MENTIONED, 0, false, false, false),
                    List.of(),
                    Contact.ALLOWED);
            StatusReply<ChatView> configured =
                    chat.ask(replyTo -> new ChatCommand.Configure(Examples.OWNER, config, replyTo));
            StatusReply<ChatView> seen = chat.ask(replyTo -> new ChatCommand.GetChat(Examples.OWNER, replyTo));

            assertThat(seen.getValue())
                    .isEqualTo(new ChatView(
                            Examples.CHAT,
                            Examples.SESSION,
                            Examples.TELEGRAM_CHAT,
                            "Ann",
                            ChatType.PRIVATE,
                            1,
                            chat.now(),
                            config,
                            false,
                            3,
                            List.of(),
                            0,
                            null));
            assertThat(configured.getValue()).isEqualTo(seen.getValue());
        }
    }

    @Nested
    @DisplayName("to send what its owner writes")
    class Sends {

        private StatusReply<ChatCommand.Queued> send(String text, @Nullable String idempotencyKey) {
            return chat.ask(replyTo -> new ChatCommand.Send(Examples.OWNER, text, idempotencyKey, replyTo));
        }

        @BeforeEach
        void known() {
            chat.receive(17, "hello");
            chat.grant(new GrantReply.Quiet(null, null));
        }

        @Test
        @DisplayName("without asking for a model")
        void sends() {
            assertThat(send("hi", null).getValue().id()).isEqualTo("out2");
            chat.next(ChatEffect.RequestPermit.class);
            ChatEffect.Deliver deliver = chat.permitted();

            assertThat(deliver.message().text()).isEqualTo("hi");
            chat.ended(deliver, new DeliveryOutcome.Sent(18));
            assertThat(chat.stored()).endsWith(ReplyDrafted.class, DeliveryStarted.class, Delivered.class);
        }

        @Test
        @DisplayName("once for each Idempotency-Key, and to refuse the key for another text")
        void idempotent() {
            ChatCommand.Queued first = send("hi", "key 1").getValue();

            assertThat(send("hi", "key 1").getValue()).isEqualTo(first);
            assertThat(send("hello", "key 1").getError()).hasMessage(Refusal.IDEMPOTENCY_KEY_REUSED.wireName());
            assertThat(send("hi", "key 2").getValue()).isNotEqualTo(first);
            assertThat(chat.events().toString()).doesNotContain("key 1");
        }

        @Test
        @DisplayName("up to a number that may wait")
        void overloaded() {
            for (int i = 0; i < OwnerRequests.MOST_OUTGOING; i++) {
                assertThat(send("hi " + i, null).isSuccess()).isTrue();
            }
            assertThat(send("one more", null).getError()).hasMessage(Refusal.CHAT_OVERLOADED.wireName());
        }

        @Test
        @DisplayName("not when nobody would see it")
        void invisible() {
            assertThat(send("\u2800\u200b", null).getError()).hasMessage(Refusal.TEXT_INVISIBLE.wireName());
        }
    }

    @Nested
    @DisplayName("to stop")
    class Stops {

        @BeforeEach
        void written() {
            chat.receive(17, "hello");
        }

        @Test
        @DisplayName("by itself only when nothing is pending")
        void idle() {
            ReplyRequest request = chat.composing();
            chat.tell(ChatStep.Idle.NOW);
            assertThat(chat.effects()).isEmpty();
            chat.composed(request, PlainChat.answer("hi"));
            chat.next(ChatEffect.RequestPermit.class);
            chat.sent(18);
            chat.tell(ChatStep.Idle.NOW);

            chat.next(ChatEffect.Passivate.class);
        }

        @Test
        @DisplayName("at once when it is told to, also while a model is asked")
        void told() {
            chat.composing();
            chat.tell(Chat.stopMessage());

            assertThat(chat.then()).isEqualTo(Then.STOP);
            chat.next(ChatEffect.GoOnElsewhere.class);
        }

        @Test
        @DisplayName("for good when nothing is pending")
        void done() {
            chat.answered("hi");
            chat.sent(18);
            chat.tell(Chat.stopMessage());

            assertThat(chat.then()).isEqualTo(Then.STOP);
            assertThat(chat.effects()).isEmpty();
        }

        @Test
        @DisplayName("not before what it is sending has an outcome")
        void sending() {
            chat.answered("hi");
            ChatEffect.Deliver deliver = chat.permitted();
            chat.tell(Chat.stopMessage());
            assertThat(chat.then()).isEqualTo(Then.GO_ON);
            chat.ended(deliver, new DeliveryOutcome.Sent(18));

            assertThat(chat.then()).isEqualTo(Then.STOP);
            assertThat(chat.effects()).isEmpty();
            assertThat(chat.stored()).endsWith(Delivered.class);
        }
    }

    @Nested
    @DisplayName("in spite of a fault of its own")
    class Fault {

        /** Opens and seals as ever, and fails the first time that it is asked whether it is erased. */
        private final TextCipher failing = new TextCipher() {
            private boolean failed;

            @Override
            public String keyId() {
                return Examples.KEY.keyId();
            }

            @Override
            public boolean erased() {
                if (!failed) {
                    failed = true;
                    throw new IllegalStateException("what Ann wrote");
                }
                return false;
            }

            @Override
            public Sealed seal(String text) {
                return Examples.KEY.seal(text);
            }

            @Override
            public Optional<String> open(Sealed sealed) {
                return Examples.KEY.open(sealed);
            }

            @Override
            public String fingerprint(String text) {
                return Examples.KEY.fingerprint(text);
            }
        };

        @Test
        @DisplayName(
                "in the choice of what is next: that becomes a dead letter, and what comes after it goes on at once")
        void next() {
            ChatState two =
                    Examples.after(Examples.opened(ChatMode.DIGITAL_TWIN), Examples.received(1), Examples.received(2));

            PlainChat faulty = new PlainChat(two, Examples.AT, failing, new Random(1));

            assertThat(faulty.last(DeadLettered.class).messageId()).isEqualTo("msg1");
            assertThat(faulty.last(DeadLettered.class).cause()).doesNotContain("Ann");
            faulty.next(ChatEffect.Report.class);
            assertThat(faulty.next(ChatEffect.AskLeave.class).callId()).isEqualTo("msg2");
        }
    }

    @Nested
    @DisplayName("on the end of what it holds in memory")
    class Memory {

        @Test
        @DisplayName("that no call stays when its message is gone before the leave comes")
        void givenBack() {
            chat.receive(17, "hello");
            String callId = chat.next(ChatEffect.AskLeave.class).callId();
            chat.tell(new ChatCommand.SessionStopped(
                    Examples.OWNER, NotAnsweredReason.PAUSED, chat.now().plusSeconds(1)));
            assertThat(chat.memory().calls()).isEmpty();
            chat.tell(new ChatStep.GrantAnswered(callId, new GrantReply.Granted(null, null, false, false)));

            assertThat(chat.next(ChatEffect.Settle.class).settle().made()).isFalse();
        }
    }

    @Test
    @DisplayName("on each event once: what it foresees is what its history makes of it")
    void foreseen() {
        chat.receive(17, "hello");
        chat.answered("hi");
        chat.sent(18);

        assertThat(ChatHistory.apply(ChatState.EMPTY, chat.events())).isEqualTo(chat.state());
        assertThat(chat.events()).noneMatch(ChatErased.class::isInstance).allMatch(ChatEvent.class::isInstance);
    }
}
