package io.vibee.operator;

import io.vibee.chat.OwnerNotices.Newcomer;
import io.vibee.chat.OwnerNotices.NewcomerSettled;
import io.vibee.persistence.account.User;
import io.vibee.persistence.account.Users.TelegramAccount;
import io.vibee.persistence.telegram.Desk;
import io.vibee.persistence.telegram.Desk.DraftId;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Contact;
import io.vibee.protocol.chat.ContactDecision;
import io.vibee.telegram.SendRequest.Button;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;

/** Asks owners about somebody new: one card for each chat, whose buttons decide. */
final class NewcomerCards {

    /** The card's place among those of the chat's drafts, whose ids are others. */
    static final String CARD = "contact";

    private final Desk desk;
    private final OwnersThings things;
    private final DeskSender sender;

    NewcomerCards(Desk desk, OwnersThings things, DeskSender sender) {
        this.desk = desk;
        this.things = things;
        this.sender = sender;
    }

    /** Asks, unless somebody did. */
    CompletionStage<Done> show(TelegramAccount person, Newcomer newcomer) {
        DraftId card = new DraftId(newcomer.chatId(), CARD);
        DeskTexts texts = DeskTexts.of(person.language());
        return desk.takeCard(newcomer.owner(), card)
                .thenCompose(mine -> mine
                        ? sender.write(
                                        person.id(),
                                        texts.say(
                                                "contact.card", OwnersThings.title(newcomer.title()), newcomer.text()),
                                        buttons(texts, newcomer.chatId()))
                                .thenCompose(message -> message.map(id -> desk.showedCard(card, id))
                                        .orElseGet(() -> desk.giveCardUp(card)))
                        : CompletableFuture.completedStage(Done.getInstance()));
    }

    /** Shows on the card what was decided, by whatever way; the chat may be under review again later. */
    CompletionStage<Done> settle(TelegramAccount person, NewcomerSettled settled) {
        DraftId card = new DraftId(settled.chatId(), CARD);
        String word = word(DeskTexts.of(person.language()), settled.title(), settled.contact(), settled.mode());
        return desk.card(card)
                .thenCompose(message -> message.map(id -> sender.replace(person.id(), id, word, List.of()))
                        .orElseGet(() -> CompletableFuture.completedStage(Done.getInstance())))
                .thenCompose(shown -> desk.forgetCard(card));
    }

    /** Gives a word to show for a moment. */
    CompletionStage<String> decide(User user, DeskTexts texts, String chatId, ContactDecision decision) {
        return things.<ChatView>ask(chatId, replyTo -> new ChatCommand.DecideOnContact(user.id(), decision, replyTo))
                .thenApply(chat -> word(texts, chat.title(), decision.contact(), decision.mode()));
    }

    private static String word(DeskTexts texts, @Nullable String title, Contact contact, ChatMode mode) {
        String who = OwnersThings.title(title);
        return Arrays.stream(ContactDecision.values())
                .filter(decision ->
                        decision.contact() == contact && (contact == Contact.BLOCKED || decision.mode() == mode))
                .findFirst()
                .map(decision -> texts.say("contact." + name(decision) + ".done", who))
                .orElseGet(() -> texts.say("chat.set", who, texts.say(DeskCommands.modeKey(mode))));
    }

    private static List<List<Button>> buttons(DeskTexts texts, String chatId) {
        return List.of(
                List.of(button(texts, ContactDecision.ALLOW, chatId), button(texts, ContactDecision.DRAFT, chatId)),
                List.of(button(texts, ContactDecision.OBSERVE, chatId), button(texts, ContactDecision.BLOCK, chatId)));
    }

    private static Button button(DeskTexts texts, ContactDecision decision, String chatId) {
        return new Button(texts.say("contact." + name(decision)), Press.contact(decision, chatId));
    }

    private static String name(ContactDecision decision) {
        return decision.name().toLowerCase(Locale.ROOT);
    }
}
