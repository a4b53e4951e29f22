package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.sandbox.Fault;
import io.vibee.sandbox.RecordedRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A session shows drafts of an answer")
@Tag("actors")
class SessionLivePreviewsTest extends OneSession {

    private static final String DRAFT = "sendMessageDraft";

    private void begin() {
        live();
        server.world().userWrites(bot, ann, place, "hello");
    }

    private void show(String text) {
        session.tell(new SessionCommand.ShowLivePreview(place.id(), null, 17, text));
    }

    private void awaitDrafts(int count) {
        chats.awaitAssert(() -> assertThat(server.requests().count(DRAFT, bot)).isEqualTo(count));
    }

    /** Everything that was told before has been done, and what was to be sent has been answered. */
    private void send(String text) {
        assertThat(deliver("cht_1", permit("cht_1").permitId(), text)).isInstanceOf(DeliveryOutcome.Sent.class);
    }

    @Test
    @DisplayName("until the answer itself, which comes after them")
    void shown() {
        begin();
        show("I think");
        chats.awaitAssert(() -> assertThat(server.world().draft(bot, place)).isEqualTo("I think"));
        server.faults().next(1, DRAFT, Fault.delay(Duration.ofMillis(300)));
        entity.passes(Duration.ofSeconds(1));
        show("I think that");
        send("I think that we should.");

        assertThat(server.requests()
                        .requests(DRAFT)
                        .getLast()
                        .params()
                        .path("draft_id")
                        .asInt())
                .isEqualTo(17);
        assertThat(server.world().draft(bot, place)).isEmpty();
        assertThat(server.requests().count(DRAFT, bot)).isEqualTo(2);
    }

    @Test
    @DisplayName("and no typing meanwhile")
    void noTyping() {
        begin();
        show("I think");
        session.tell(new SessionCommand.ShowTyping(place.id(), null, null));
        send("I think so.");
        assertThat(server.requests().count("sendChatAction", bot)).isZero();

        session.tell(new SessionCommand.ShowTyping(place.id(), null, null));
        chats.awaitAssert(
                () -> assertThat(server.requests().count("sendChatAction", bot)).isEqualTo(1));
    }

    @Test
    @DisplayName("not for a while after a 429, though it sends")
    void floodWait() {
        begin();
        server.faults().next(1, DRAFT, Fault.floodWait(30));
        show("one");
        awaitDrafts(1);
        send("one two");
        entity.passes(Duration.ofSeconds(60));
        show("three");
        send("three four");
        assertThat(server.requests().count(DRAFT, bot)).isEqualTo(1);

        entity.passes(LivePreviews.REST);
        show("five");
        awaitDrafts(2);
    }

    @Test
    @DisplayName("never again once Telegram does not know them")
    void unknownMethod() {
        begin();
        server.faults().next(1, DRAFT, new Fault.Refusal(404, "Not Found: method not found", null, null));
        show("one");
        awaitDrafts(1);
        send("one two");
        entity.passes(LivePreviews.REST.multipliedBy(2));
        show("three");
        send("three four");
        assertThat(server.requests().count(DRAFT, bot)).isEqualTo(1);
    }

    @Test
    @DisplayName("again after one that was lost, and only a third as many as it may send")
    void budget() {
        begin();
        server.faults().next(1, DRAFT, Fault.serverError(502));
        show("one");
        awaitDrafts(1);
        send("one two");
        entity.passes(Duration.ofSeconds(1));
        for (int chat = 0; chat < 50; chat++) {
            session.tell(new SessionCommand.ShowLivePreview(chat, null, 17, "x"));
        }
        awaitDrafts(11);
        send("three");
        assertThat(server.requests().requests(DRAFT))
                .extracting(RecordedRequest::botId)
                .containsOnly(bot.id());
        assertThat(List.copyOf(server.requests().requests(DRAFT))).hasSize(11);
    }
}
