package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.session.Delivery;
import io.vibee.protocol.session.SessionStatus;
import java.time.Duration;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A session to whose webhook nothing comes looks why, and")
@Tag("actors")
class WebhookLookTest extends OneSession {

    private void awaitLook(SessionStatus status) {
        chats.awaitAssert(
                WebhookWatch.FIRST_LOOK.plusSeconds(60),
                Duration.ofMillis(500),
                () -> assertThat(get(OWNER).getValue().status()).isEqualTo(status));
    }

    @Test
    @DisplayName("polls when Telegram can't reach it")
    void unreachable() {
        assertThat(connect(OWNER, Delivery.WEBHOOK).isSuccess()).isTrue();
        awaitStatus(SessionStatus.WEBHOOK);
        server.world().userWrites(bot, ann, place, "hello");

        ChatCommand.Receive receive =
                chats.expectMessageClass(ChatCommand.Receive.class, WebhookWatch.FIRST_LOOK.plusSeconds(60));
        receive.replyTo().tell(StatusReply.ack());
        awaitStatus(SessionStatus.POLLING);
        assertThat(get(OWNER).getValue().statusDetail()).contains("Connection refused");
    }

    @Test
    @DisplayName("is revoked when Telegram does not know its token any more")
    void revoked() {
        assertThat(connect(OWNER, Delivery.WEBHOOK).isSuccess()).isTrue();
        awaitStatus(SessionStatus.WEBHOOK);
        server.world().revoke(bot);

        awaitLook(SessionStatus.REVOKED);
    }
}
