package io.vibee.operator;

import io.vibee.persistence.account.User;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.OwnerVia;
import io.vibee.telegram.SendRequest.Button;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;

/** Shows owners their chats in their chat with the operator's bot: modes, takeover, and why the last message led to what it did. */
final class DeskChats {

    private final OwnersThings things;
    private final DeskSender sender;

    DeskChats(OwnersThings things, DeskSender sender) {
        this.things = things;
        this.sender = sender;
    }

    /**
     * Offers the latest chats, a button for each.
     *
     * @param key of what is said above them
     * @param press what a button asks for, by the chat's id
     */
    CompletionStage<Done> list(User user, DeskTexts texts, long person, String key, UnaryOperator<String> press) {
        return things.latestChats(user.id()).thenCompose(chats -> {
            if (chats.isEmpty()) {
                return sender.write(person, texts.say("chats.none"));
            }
            List<List<Button>> rows = new ArrayList<>();
            chats.forEach(chat -> rows.add(List.of(new Button(
                    OwnersThings.title(chat.title()) + ": " + texts.say(DeskCommands.modeKey(chat.mode())),
                    press.apply(chat.chatId())))));
            return write(person, texts.say(key), rows);
        });
    }

    /** Shows one chat, and what can be done with it. */
    CompletionStage<Done> show(User user, DeskTexts texts, long person, String chatId) {
        return things.chat(user.id(), chatId).thenCompose(chat -> {
            List<List<Button>> rows = new ArrayList<>();
            OwnersThings.MODES.forEach(mode ->
                    rows.add(List.of(new Button(texts.say(DeskCommands.modeKey(mode)), Press.chat(chatId, mode)))));
            rows.add(List.of(
                    hand(texts, chatId, chat.takenOverUntil() == null),
                    new Button(texts.say("why.button"), Press.why(chatId))));
            return write(
                    person,
                    texts.say(
                            "chat.ask",
                            OwnersThings.title(chat.title()),
                            texts.say(DeskCommands.modeKey(chat.config().mode()))),
                    rows);
        });
    }

    /** Takes a chat in hand for as long as its settings say, or gives it back. */
    CompletionStage<Done> takeOver(User user, DeskTexts texts, long person, String chatId, boolean begin) {
        return things.<ChatView>ask(
                        chatId,
                        replyTo -> begin
                                ? new ChatCommand.TakeOver(user.id(), null, OwnerVia.BOT, replyTo)
                                : new ChatCommand.EndTakeover(user.id(), OwnerVia.BOT, replyTo))
                .thenCompose(chat -> zone(user)
                        .thenCompose(zone -> write(
                                person,
                                OwnersThings.title(chat.title()) + ": " + inHand(texts, chat.takenOverUntil(), zone),
                                List.of(List.of(hand(texts, chatId, chat.takenOverUntil() == null))))));
    }

    /** Explains what became of a chat's last message. */
    CompletionStage<Done> explain(User user, DeskTexts texts, long person, String chatId) {
        return things.chat(user.id(), chatId)
                .thenCompose(chat -> things.newest(user.id(), chatId)
                        .thenApply(LastDecision::of)
                        .thenCombine(
                                zone(user),
                                (last, zone) -> String.join(
                                        "\n\n",
                                        OwnersThings.title(chat.title()),
                                        last.inWords(texts, zone, chat),
                                        now(texts, chat, zone))))
                .thenCompose(text -> sender.write(person, text));
    }

    private static String now(DeskTexts texts, ChatView chat, ZoneId zone) {
        String mode = texts.say(
                "why.mode", texts.say(DeskCommands.modeKey(chat.config().mode())));
        return chat.takenOverUntil() == null ? mode : mode + " " + inHand(texts, chat.takenOverUntil(), zone);
    }

    private static String inHand(DeskTexts texts, @Nullable Instant until, ZoneId zone) {
        return until == null ? texts.say("takeover.over") : texts.say("takeover.until", texts.time(until, zone));
    }

    private static Button hand(DeskTexts texts, String chatId, boolean begin) {
        return new Button(texts.say(begin ? "takeover.begin" : "takeover.end"), Press.takeOver(chatId, begin));
    }

    private CompletionStage<ZoneId> zone(User user) {
        return things.settings(user.id()).thenApply(settings -> ZoneId.of(settings.timezone()));
    }

    private CompletionStage<Done> write(long person, String text, List<List<Button>> rows) {
        return sender.write(person, text, rows).thenApply(sent -> Done.getInstance());
    }
}
