package io.vibee.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.Refusal;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.DeadLettered;
import io.vibee.protocol.chat.ChatEvent.DraftClosed;
import io.vibee.protocol.chat.ChatEvent.NotAnswered;
import io.vibee.protocol.chat.ChatEvent.ReplyDrafted;
import io.vibee.protocol.chat.ChatEvent.ReplyProposed;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.DraftEnd;
import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.OwnerVia;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.reply.ReplyOutcome;
import io.vibee.reply.ReplyRequest;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.Done;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Where its owner approves the answers, a chat")
class DraftModeTest {

    private final PlainChat chat = new PlainChat();

    /** A message waits, and the chat asks for a text. */
    private ReplyRequest asked(long messageId, String text) {
        chat.receive(messageId, text);
        return chat.composing();
    }

    /** A chat is there from its first message on. */
    private void begin() {
        chat.receive(16, "who are you?");
        chat.grant(new GrantReply.Quiet(null, null));
        chat.in(ChatMode.DRAFT);
    }

    /** An answer waits for leave; gives its id. */
    private String proposed() {
        begin();
        chat.composed(asked(17, "hello"), PlainChat.answer("hi Ann"));
        return chat.last(ReplyProposed.class).draftId();
    }

    private StatusReply<ChatCommand.Queued> approve(String draftId, @Nullable String text, OwnerVia via) {
        return chat.ask(replyTo -> new ChatCommand.ApproveDraft(Examples.OWNER, draftId, text, via, replyTo));
    }

    private StatusReply<Done> discard(String draftId, OwnerVia via) {
        return chat.ask(replyTo -> new ChatCommand.DiscardDraft(Examples.OWNER, draftId, via, replyTo));
    }

    private void closed(String draftId, DraftEnd end, @Nullable NotAnsweredReason reason) {
        assertThat(chat.state().proposal(draftId)).isEmpty();
        assertThat(chat.state().endOf(draftId)).contains(end);
        assertThat(chat.events())
                .filteredOn(DraftClosed.class::isInstance)
                .extracting(event -> ((DraftClosed) event).draftId())
                .containsOnlyOnce(draftId);
        if (reason != null) {
            assertThat(chat.events())
                    .filteredOn(NotAnswered.class::isInstance)
                    .extracting(event -> ((NotAnswered) event).reason())
                    .endsWith(reason);
        }
    }

    @Test
    @DisplayName("sends nothing, shows nothing and waits for nobody")
    void proposes() {
        proposed();

        assertThat(chat.effects()).isEmpty();
        assertThat(chat.state().outbox()).isEmpty();
        assertThat(chat.state().unfinished()).isFalse();
        assertThat(chat.events().getLast().head().open()).isFalse();
        ReplyProposed proposal = chat.last(ReplyProposed.class);
        assertThat(proposal.expiresAt()).isEqualTo(chat.now().plus(Duration.ofHours(12)));
        assertThat(Examples.clear(proposal.parts().getFirst())).isEqualTo("hi Ann");
    }

    @Test
    @DisplayName("shows nothing of an answer that is being written")
    void unseen() {
        proposed();
        asked(18, "and how are you?");
        chat.tell(ChatStep.ShowTyping.NOW);
        chat.tell(ChatStep.ShowLivePreview.NOW);

        assertThat(chat.effects()).isEmpty();
    }

    @Nested
    @DisplayName("that approves one")
    class Approving {

        @Test
        @DisplayName("sends it as it was drafted")
        void sends() {
            String id = proposed();
            assertThat(approve(id, null, OwnerVia.API).getValue().id()).isEqualTo(id);

            chat.next(ChatEffect.RequestPermit.class);
            ChatEffect.Deliver deliver = chat.permitted();
            assertThat(deliver.message().text()).isEqualTo("hi Ann");
            chat.ended(deliver, new DeliveryOutcome.Sent(99));
            assertThat(chat.state().unfinished()).isFalse();
            assertThat(chat.events())
                    .filteredOn(ReplyDrafted.class::isInstance)
                    .extracting(event -> ((ReplyDrafted) event).origin())
                    .containsExactly(new DraftOrigin.Approved(
                            new DraftOrigin.Model("openrouter", "gpt", 10, 5), false, OwnerVia.API));
        }

        @Test
        @DisplayName("sends the owner's words in its place")
        void edited() {
            String id = proposed();
            approve(id, "Hello, Ann!", OwnerVia.BOT);

            chat.next(ChatEffect.RequestPermit.class);
            assertThat(chat.permitted().message().text()).isEqualTo("Hello, Ann!");
        }

        @Test
        @DisplayName("goes on after a crash, and only then")
        void crashes() {
            String id = proposed();
            chat.crash();
            chat.tell(ChatStep.Proceed.NOW);
            assertThat(chat.effects()).isEmpty();

            approve(id, null, OwnerVia.API);
            chat.crash();
            chat.next(ChatEffect.RequestPermit.class);
            assertThat(chat.permitted().message().text()).isEqualTo("hi Ann");
        }

        @Test
        @DisplayName("obeys the first of two hands, and tells the other")
        void twoHands() {
            String id = proposed();
            assertThat(discard(id, OwnerVia.BOT).isSuccess()).isTrue();
            assertThat(approve(id, null, OwnerVia.API).getError())
                    .satisfies(error ->
                            assertThat(Refusal.DRAFT_SETTLED.isIn(error)).isTrue());
            assertThat(discard(id, OwnerVia.API).isSuccess()).isFalse();

            assertThat(chat.effects()).isEmpty();
            closed(id, DraftEnd.DISCARDED, NotAnsweredReason.DISCARDED);
        }

        @Test
        @DisplayName("and again hears that it is decided")
        void twice() {
            String id = proposed();
            approve(id, null, OwnerVia.API);

            assertThat(approve(id, null, OwnerVia.BOT).getError())
                    .satisfies(error ->
                            assertThat(Refusal.DRAFT_SETTLED.isIn(error)).isTrue());
            assertThat(chat.events()).filteredOn(ReplyDrafted.class::isInstance).hasSize(1);
        }

        @Test
        @DisplayName("is not obeyed when nothing can be seen of the new words, or nothing is called so")
        void refused() {
            String id = proposed();

            assertThat(Refusal.TEXT_INVISIBLE.isIn(
                            approve(id, "\u200b", OwnerVia.API).getError()))
                    .isTrue();
            assertThat(Refusal.DRAFT_NOT_FOUND.isIn(
                            approve("out999", null, OwnerVia.API).getError()))
                    .isTrue();
            assertThat(chat.state().proposal(id)).isPresent();
        }
    }

    @Nested
    @DisplayName("gives an answer up")
    class GivingUp {

        @Test
        @DisplayName("when nobody decides in time")
        void expires() {
            String id = proposed();
            chat.passes(Duration.ofHours(12));
            assertThat(Refusal.DRAFT_SETTLED.isIn(
                            approve(id, null, OwnerVia.API).getError()))
                    .isTrue();

            closed(id, DraftEnd.EXPIRED, NotAnsweredReason.EXPIRED);
            assertThat(chat.effects()).isEmpty();
        }

        @Test
        @DisplayName("when its sender writes again, and answers that")
        void superseded() {
            String id = proposed();
            chat.composed(asked(18, "are you there?"), PlainChat.answer("yes"));

            closed(id, DraftEnd.SUPERSEDED, NotAnsweredReason.SUPERSEDED);
            assertThat(chat.state().proposals()).hasSize(1);
        }

        @Test
        @DisplayName("when its message is changed, and answers anew")
        void edited() {
            String id = proposed();
            chat.received(new Incoming.Edit(17, Examples.text("hello, how late is it?"), chat.now()));

            closed(id, DraftEnd.EDITED, null);
            assertThat(chat.composing().prompt().toString()).isNotEmpty();
            assertThat(chat.state().pending()).hasSize(1);
        }

        @Test
        @DisplayName("when its message is taken back")
        void deleted() {
            String id = proposed();
            chat.received(new Incoming.Deletion(List.of(17L)));

            closed(id, DraftEnd.DELETED, NotAnsweredReason.DELETED);
            assertThat(chat.effects()).isEmpty();
        }

        @Test
        @DisplayName("when its session stops")
        void stopped() {
            String id = proposed();
            chat.passes(Duration.ofSeconds(1));
            chat.tell(new ChatCommand.SessionStopped(Examples.OWNER, NotAnsweredReason.PAUSED, chat.now()));

            closed(id, DraftEnd.STOPPED, NotAnsweredReason.PAUSED);
        }
    }

    @Test
    @DisplayName("gives its drafts up when it is told to answer nobody")
    void silenced() {
        String id = proposed();
        chat.in(ChatMode.OBSERVE);

        closed(id, DraftEnd.STOPPED, NotAnsweredReason.OBSERVE);
    }

    @Test
    @DisplayName("answers only the newest of what one person wrote")
    void newest() {
        begin();
        ReplyRequest first = asked(18, "one");
        chat.receive(19, "two");
        chat.receive(20, "three");
        chat.composed(first, PlainChat.answer("to one"));
        chat.composed(chat.composing(), PlainChat.answer("to three"));

        assertThat(chat.state().proposals())
                .extracting(proposal -> Examples.clear(proposal.parts().getFirst()))
                .containsExactly("to three");
        assertThat(chat.state().pending()).isEmpty();
    }

    @Test
    @DisplayName("makes a dead letter, not a ready sentence, when no model answers")
    void noModel() {
        begin();
        chat.composed(asked(18, "hello"), new ReplyOutcome.Failed("openrouter: 503", 3));

        chat.last(DeadLettered.class);
        assertThat(chat.effects()).isEmpty();
    }

    @Test
    @DisplayName("asks for leave for what was to be sent without, whatever the hour of the change")
    void changedMeanwhile() {
        chat.receive(17, "hello");
        chat.answered("hi Ann");
        chat.in(ChatMode.DRAFT);
        chat.tell(new ChatStep.PermitAnswered(chat.granted()));
        chat.next(ChatEffect.ReleasePermit.class);
        assertThat(chat.state().proposals()).hasSize(1);

        PlainChat other = new PlainChat();
        other.receive(17, "hello");
        other.answered("hi Ann");
        other.tell(new ChatStep.PermitAnswered(new PermitReply.Waiting()));
        assertThat(other.state().outbox()).hasSize(1);
        other.in(ChatMode.DRAFT);
        other.tell(new ChatStep.PermitAnswered(other.granted()));
        other.next(ChatEffect.ReleasePermit.class);

        assertThat(other.state().outbox()).isEmpty();
        ChatEvent last = other.last(ReplyProposed.class);
        assertThat(last.head().open()).isFalse();
        assertThat(other.effects()).isEmpty();
    }
}
