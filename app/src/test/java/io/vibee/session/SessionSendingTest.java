package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.SlotReply;
import io.vibee.protocol.session.SessionEvent.ChatMigrated;
import io.vibee.sandbox.Fault;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A session sends")
class SessionSendingTest extends OneSession {

    @Test
    @DisplayName("under a permit, once")
    void once() {
        live();
        server.world().userWrites(bot, ann, place, "hello");
        String permit = slot("cht_1").slotId();

        assertThat(deliver("cht_1", permit, "hi")).isInstanceOf(DeliveryOutcome.Sent.class);
        assertThat(deliver("cht_1", permit, "hi")).isInstanceOf(DeliveryOutcome.NotSent.class);
        assertThat(server.requests().count("sendMessage", bot)).isEqualTo(1);
    }

    @Test
    @DisplayName("not under a permit of another chat, a late one, or one given back")
    void invalid() {
        live();
        String permit = slot("cht_1").slotId();
        assertThat(deliver("cht_2", permit, "hi")).isInstanceOf(DeliveryOutcome.NotSent.class);
        session.tell(new SessionCommand.ReleaseSlot("cht_1", permit));
        assertThat(deliver("cht_1", permit, "hi")).isInstanceOf(DeliveryOutcome.NotSent.class);
        String late = slot("cht_1").slotId();
        entity.passes(Slots.LIFETIME);
        assertThat(deliver("cht_1", late, "hi")).isInstanceOf(DeliveryOutcome.NotSent.class);
        assertThat(server.requests().count("sendMessage", bot)).isZero();
    }

    @Test
    @DisplayName("and says what Telegram refused, and what nobody knows")
    void failures() {
        live();
        server.faults().next(1, "sendMessage", Fault.forbidden());
        assertThat(deliver("cht_1", slot("cht_1").slotId(), "hi"))
                .isInstanceOfSatisfying(
                        DeliveryOutcome.RefusedByTelegram.class,
                        refused -> assertThat(refused.code()).isEqualTo(403));
        server.faults().next(1, "sendMessage", Fault.serverError(502));
        assertThat(deliver("cht_1", slot("cht_1").slotId(), "hi")).isInstanceOf(DeliveryOutcome.Unknown.class);
    }

    @Test
    @DisplayName("nothing while Telegram says to wait")
    void floodWait() {
        live();
        server.faults().next(1, "sendMessage", Fault.floodWait(30));
        assertThat(deliver("cht_1", slot("cht_1").slotId(), "hi"))
                .isEqualTo(new DeliveryOutcome.RefusedByTelegram(429, "Too Many Requests", 30_000));

        SlotReply reply = ask(replyTo -> new SessionCommand.RequestSlot("cht_2", 77, replyTo));
        assertThat(reply).isEqualTo(new SlotReply.Waiting());
    }

    @Test
    @DisplayName("to a group's new id after its migration, which it stores")
    void migrated() {
        live();
        server.faults().next(1, "sendMessage", Fault.migrated(-1001));

        assertThat(deliver("cht_1", slot("cht_1").slotId(), "hi")).isEqualTo(new DeliveryOutcome.Migrated(-1001));
        ChatMigrated stored = last(2, ChatMigrated.class);
        assertThat(stored.chatId()).isEqualTo("cht_1");
        assertThat(stored.toTelegramChatId()).isEqualTo(-1001);
    }
}
