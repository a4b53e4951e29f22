package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.chat.ChatIds;
import io.vibee.journal.Eventually;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Contact;
import io.vibee.protocol.chat.Manners;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.sandbox.IncomingMessage;
import io.vibee.sandbox.SandboxBot;
import io.vibee.sandbox.SandboxChat;
import io.vibee.sandbox.SandboxUser;
import io.vibee.sandbox.TranscriptEntry;
import java.util.List;

/** A person who writes to a connected bot in one chat, and what comes of it: in Telegram, and in the journal. */
record Dialogue(
        Outside outside,
        Journal journal,
        String owner,
        String sessionId,
        SandboxBot bot,
        SandboxUser person,
        SandboxChat chat) {

    /** A new user's new bot with a new person in a private chat. */
    static Dialogue begin(TestNode node, Outside outside, Journal journal, ChatMode mode) {
        String owner = node.register();
        SandboxBot bot = outside.bot();
        return with(outside, journal, owner, node.connect(owner, bot, mode).id(), bot);
    }

    /** The same bot with another person. */
    Dialogue withAnother() {
        return with(outside, journal, owner, sessionId, bot);
    }

    /** The same bot and person in another chat. */
    Dialogue in(SandboxChat other) {
        return new Dialogue(outside, journal, owner, sessionId, bot, person, other);
    }

    private static Dialogue with(Outside outside, Journal journal, String owner, String sessionId, SandboxBot bot) {
        SandboxUser person = outside.world().createUser("Quentin");
        return new Dialogue(
                outside, journal, owner, sessionId, bot, person, outside.world().privateChat(person));
    }

    String chatId() {
        return ChatIds.of(sessionId, chat.id());
    }

    /** The text as it is said to the bot where others are, too. */
    String toTheBot(String text) {
        return "@" + bot.username() + " " + text;
    }

    long write(String text) {
        return outside.world().userWrites(bot, person, chat, text);
    }

    long write(IncomingMessage message) {
        return outside.world().userWrites(bot, person, chat, message);
    }

    /** What the bot wrote, once it wrote this many messages, and not more. */
    List<String> awaitAnswers(int count) {
        Eventually.value(outside.world().awaitBotMessages(bot, chat, count));
        List<String> answers = answers();
        assertThat(answers).hasSize(count);
        return answers;
    }

    /** What the bot has written so far. */
    List<String> answers() {
        return outside.world().transcript(bot, chat).stream()
                .filter(TranscriptEntry::fromBot)
                .map(TranscriptEntry::text)
                .toList();
    }

    /** The types of all that is stored about the chat, without the chat's opening. */
    List<String> stored() {
        return journal.types("Chat|" + chatId()).stream()
                .filter(type -> !type.equals("ChatOpened"))
                .toList();
    }

    /** Waits until these events are stored and no others. */
    void awaitStored(String... types) {
        Eventually.holds(() -> assertThat(stored()).containsExactly(types));
    }

    /** Why each message got no answer, as decided when it came; "answered" for one that was to get one. In order. */
    List<String> reasons() {
        return events("MessageReceived").stream()
                .map(event -> event.path("not_answered"))
                .map(reason -> reason.isTextual() ? reason.asText() : "answered")
                .toList();
    }

    List<JsonNode> events(String type) {
        return journal.events("Chat|" + chatId(), type);
    }

    /** Every message that was to be answered was, once, in the order in which they came. */
    void assertAnsweredInOrder() {
        List<String> received = events("MessageReceived").stream()
                .filter(event -> !event.path("not_answered").isTextual())
                .map(event -> event.path("id").asText())
                .toList();
        assertThat(events("ReplyDrafted").stream()
                        .map(event -> event.path("in_reply_to").asText()))
                .containsExactlyElementsOf(received);
    }

    void configure(TestNode node, ChatMode mode, OnFailure onFailure, WhenInDoubt whenInDoubt, String... triggerWords) {
        node.configure(
                owner,
                chatId(),
                new ChatView.Config(
                        mode,
                        List.of(triggerWords),
                        1.0,
                        onFailure,
                        whenInDoubt,
                        List.of(),
                        false,
                        30,
                        720,
                        Manners.DEFAULT,
                        List.of(),
                        Contact.ALLOWED));
    }

    /** Waits until the session has this status. */
    void awaitStatus(TestNode node, SessionStatus status) {
        Eventually.holds(
                () -> assertThat(node.session(owner, sessionId).status()).isEqualTo(status));
    }
}
