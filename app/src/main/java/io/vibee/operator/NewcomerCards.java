package io.vibee.operator;

import io.vibee.chat.OwnerNotices.Newcomer;
import io.vibee.persistence.account.User;
import io.vibee.persistence.account.Users.TelegramAccount;
import io.vibee.persistence.telegram.Desk;
import io.vibee.persistence.telegram.Desk.DraftId;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.ContactDecision;
import io.vibee.telegram.SendRequest.Button;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

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

    /** Gives a word to show for a moment. */
    CompletionStage<String> decide(User user, DeskTexts texts, long person, String chatId, ContactDecision decision) {
        return things.<ChatView>ask(chatId, replyTo -> new ChatCommand.DecideOnContact(user.id(), decision, replyTo))
                .thenCompose(chat -> {
                    String word = texts.say("contact." + name(decision) + ".done", OwnersThings.title(chat.title()));
                    return desk.card(new DraftId(chatId, CARD))
                            .thenCompose(card -> card.map(message -> sender.replace(person, message, word, List.of()))
                                    .orElseGet(() -> CompletableFuture.completedStage(Done.getInstance())))
                            .thenApply(shown -> word);
                });
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
