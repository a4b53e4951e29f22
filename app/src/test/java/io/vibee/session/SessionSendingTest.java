package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.protocol.session.SessionEvent.ChatMigrated;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.protocol.session.SessionView;
import io.vibee.sandbox.Fault;
import io.vibee.sandbox.RecordedRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A session sends")
@Tag("actors")
class SessionSendingTest extends OneSession {

    @Test
    @DisplayName("under a permit, once")
    void once() {
        live();
        server.world().userWrites(bot, ann, place, "hello");
        String permit = permit("cht_1").permitId();

        assertThat(deliver("cht_1", permit, "hi")).isInstanceOf(DeliveryOutcome.Sent.class);
        assertThat(deliver("cht_1", permit, "hi")).isInstanceOf(DeliveryOutcome.NotSent.class);
        assertThat(server.requests().count("sendMessage", bot)).isEqualTo(1);
    }

    @Test
    @DisplayName("not under a permit of another chat, a late one, or one given back")
    void invalid() {
        live();
        String permit = permit("cht_1").permitId();
        assertThat(deliver("cht_2", permit, "hi")).isInstanceOf(DeliveryOutcome.NotSent.class);
        session.tell(new SessionCommand.ReleasePermit("cht_1", permit));
        assertThat(deliver("cht_1", permit, "hi")).isInstanceOf(DeliveryOutcome.NotSent.class);
        String late = permit("cht_1").permitId();
        entity.passes(SendPermits.LIFETIME);
        assertThat(deliver("cht_1", late, "hi")).isInstanceOf(DeliveryOutcome.NotSent.class);
        assertThat(server.requests().count("sendMessage", bot)).isZero();
    }

    @Test
    @DisplayName("and says what Telegram refused, and what nobody knows")
    void failures() {
        live();
        server.faults().next(1, "sendMessage", Fault.forbidden());
        assertThat(deliver("cht_1", permit("cht_1").permitId(), "hi"))
                .isInstanceOfSatisfying(
                        DeliveryOutcome.RefusedByTelegram.class,
                        refused -> assertThat(refused.code()).isEqualTo(403));
        server.faults().next(1, "sendMessage", Fault.serverError(502));
        assertThat(deliver("cht_1", permit("cht_1").permitId(), "hi")).isInstanceOf(DeliveryOutcome.Unknown.class);
    }

    @Test
    @DisplayName("nothing while Telegram says to wait")
    void floodWait() {
        live();
        server.faults().next(1, "sendMessage", Fault.floodWait(30));
        assertThat(deliver("cht_1", permit("cht_1").permitId(), "hi"))
                .isEqualTo(new DeliveryOutcome.RefusedByTelegram(429, "Too Many Requests", 30_000));

        PermitReply reply = ask(replyTo -> new SessionCommand.RequestPermit("cht_2", 77, replyTo));
        assertThat(reply).isEqualTo(new PermitReply.Waiting());
    }

    @Test
    @DisplayName("once more outside of a thread that Telegram does not know, and not a second time")
    void missingThread() {
        live();
        server.world().userWrites(bot, ann, place, "hello");
        Fault refusal = Fault.badRequest("Bad Request: message thread not found");
        server.faults().next(1, "sendMessage", refusal);
        assertThat(deliver(5)).isInstanceOf(DeliveryOutcome.Sent.class);
        List<RecordedRequest> sends = server.requests().requests("sendMessage");
        assertThat(sends)
                .extracting(send -> send.params().has("message_thread_id"))
                .containsExactly(true, false);

        server.faults().next(2, "sendMessage", refusal);
        assertThat(deliver(5)).isInstanceOf(DeliveryOutcome.RefusedByTelegram.class);
        assertThat(server.requests().count("sendMessage", bot)).isEqualTo(4);
        server.faults().next(1, "sendMessage", refusal);
        assertThat(deliver(null)).isInstanceOf(DeliveryOutcome.RefusedByTelegram.class);
        assertThat(server.requests().count("sendMessage", bot)).isEqualTo(5);
    }

    private DeliveryOutcome deliver(@Nullable Integer thread) {
        return ask(replyTo -> new SessionCommand.Deliver(
                "cht_1",
                permit("cht_1").permitId(),
                new SessionCommand.OutgoingText(place.id(), "hi", List.of(), true, thread, null),
                replyTo));
    }

    @Test
    @DisplayName("\"typing\" outside of a thread that Telegram does not know, and none while Telegram says to wait")
    void typing() {
        live();
        server.faults().next(1, "sendChatAction", Fault.badRequest("Bad Request: TOPIC_DELETED"));
        session.tell(new SessionCommand.ShowTyping(place.id(), 5, null));
        chats.awaitAssert(() -> {
            assertThat(server.requests().count("sendChatAction", bot)).isEqualTo(2);
            return true;
        });

        server.faults().next(1, "sendMessage", Fault.floodWait(30));
        deliver("cht_1", permit("cht_1").permitId(), "hi");
        session.tell(new SessionCommand.ShowTyping(place.id(), null, null));
        assertThat(get(OWNER).isSuccess()).isTrue();
        assertThat(server.requests().count("sendChatAction", bot)).isEqualTo(2);
    }

    @Test
    @DisplayName("nothing for hours when Telegram says so, tells its owner until when, and goes on then")
    void longFloodWait() {
        live();
        server.world().userWrites(bot, ann, place, "hello");
        server.faults().next(1, "sendMessage", Fault.floodWait(7200));
        Instant until = entity.now().plusSeconds(7200).truncatedTo(ChronoUnit.SECONDS);
        deliver("cht_1", permit("cht_1").permitId(), "hi");

        SessionView held = awaitStatus(SessionStatus.BACKING_OFF);
        assertThat(held.statusDetail()).contains("429").contains(until.toString());
        PermitReply waits = ask(replyTo -> new SessionCommand.RequestPermit("cht_1", place.id(), replyTo));
        assertThat(waits).isEqualTo(new PermitReply.Waiting());

        entity.passes(Duration.ofSeconds(7201));
        assertThat(deliver("cht_1", permit("cht_1").permitId(), "hi")).isInstanceOf(DeliveryOutcome.Sent.class);
    }

    @Test
    @DisplayName("to a group's new id after its migration, which it stores")
    void migrated() {
        live();
        server.faults().next(1, "sendMessage", Fault.migrated(-1001));

        assertThat(deliver("cht_1", permit("cht_1").permitId(), "hi")).isEqualTo(new DeliveryOutcome.Migrated(-1001));
        ChatMigrated stored = last(2, ChatMigrated.class);
        assertThat(stored.chatId()).isEqualTo("cht_1");
        assertThat(stored.toTelegramChatId()).isEqualTo(-1001);
    }
}
