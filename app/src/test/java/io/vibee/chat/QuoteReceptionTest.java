package io.vibee.chat;

import static io.vibee.chat.Examples.ANN;
import static io.vibee.chat.Examples.AT;
import static io.vibee.chat.Examples.CARRIER;
import static io.vibee.chat.Examples.KEY;
import static io.vibee.chat.Examples.OWNER;
import static io.vibee.chat.Examples.clear;
import static io.vibee.chat.Examples.opened;
import static io.vibee.chat.Examples.place;
import static io.vibee.chat.Examples.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.chat.ChatCommand.Receive;
import io.vibee.protocol.chat.ChatEvent.MessageReceived;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.Incoming.Audience;
import io.vibee.protocol.chat.Incoming.Quoted;
import java.time.Duration;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("What a reply refers to")
@Tag("actors")
class QuoteReceptionTest {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final ActorRef<StatusReply<Done>> ANYBODY =
            KIT.<StatusReply<Done>>createTestProbe().ref();

    private ChatState state = Examples.after(opened(ChatMode.DIGITAL_TWIN));

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    /** Gives what is kept of what the message refers to. */
    private @Nullable String says(long id, @Nullable Integer thread, @Nullable Quoted quoted) {
        Incoming.Message message = new Incoming.Message(
                id, ANN, false, text("text " + id), thread, AT, quoted, Audience.ANYONE, Incoming.Hand.OTHERS);
        ReceiveDecision reception =
                new ReceiveDecision(KEY, new ReceiveDecision.Circumstances(AT, Duration.ZERO, 0, 0));
        MessageReceived received = (MessageReceived) reception
                .receive(state, new Receive(OWNER, CARRIER, place("Ann"), message, AT, ChatMode.DIGITAL_TWIN, ANYBODY))
                .getLast();
        state = ChatHistory.apply(state, received);
        return received.quote() == null ? null : clear(received.quote().text());
    }

    private static Quoted whole(long id) {
        return new Quoted(id, "text " + id, "Ann", false, false);
    }

    @Test
    @DisplayName("is not kept where the conversation shows it right before")
    void before() {
        says(1, null, null);
        assertThat(says(2, null, whole(1))).isNull();
        assertThat(says(3, null, new Quoted(2L, "ext", "Ann", false, true)))
                .as("but a part of it is")
                .isEqualTo("ext");
    }

    @Test
    @DisplayName("is kept where something else was said since, or it was said in another topic, or never here")
    void elsewhere() {
        says(1, null, null);
        says(2, null, null);
        assertThat(says(3, null, whole(1))).isEqualTo("text 1");
        assertThat(says(4, 7, whole(3))).isEqualTo("text 3");
        assertThat(says(5, 7, whole(99))).isEqualTo("text 99");
        assertThat(says(6, 7, new Quoted(null, "from another chat", null, false, false)))
                .isEqualTo("from another chat");
    }

    @Test
    @DisplayName("is cut to a bound, never inside a character")
    void bounded() {
        String kept = says(1, null, new Quoted(99L, "x" + "😀".repeat(2_000), null, false, false));
        assertThat(kept).hasSize(Quoted.LONGEST - 1).endsWith("😀");
    }
}
