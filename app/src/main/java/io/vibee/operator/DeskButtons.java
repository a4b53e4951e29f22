package io.vibee.operator;

import io.vibee.persistence.account.User;
import io.vibee.persistence.telegram.Desk;
import io.vibee.persistence.telegram.Desk.DraftId;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.OwnerVia;
import io.vibee.session.OperatorUpdate;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.Done;

/**
 * What owners press in their chat with the operator's bot. A press that comes twice finds a draft decided, and a mode set; what a press
 * changed in a draft is shown on its card by {@link DraftCards}.
 */
final class DeskButtons {

    private static final Duration EDIT_WITHIN = Duration.ofMinutes(30);

    private final Desk desk;
    private final OwnersThings things;
    private final DeskChats chats;
    private final NewcomerCards newcomers;
    private final DeskSender sender;

    DeskButtons(Desk desk, OwnersThings things, DeskChats chats, NewcomerCards newcomers, DeskSender sender) {
        this.desk = desk;
        this.things = things;
        this.chats = chats;
        this.newcomers = newcomers;
        this.sender = sender;
    }

    CompletionStage<Done> take(OperatorUpdate.Pressed pressed, User user) {
        DeskTexts texts = DeskTexts.of(pressed.person().languageCode());
        return Press.parse(pressed.data())
                .map(press -> obey(pressed, user, texts, press))
                .orElseGet(() -> CompletableFuture.completedStage(""))
                .exceptionallyCompose(failure -> Refusal.in(failure).isPresent()
                        ? CompletableFuture.completedStage(texts.say("draft.late"))
                        : CompletableFuture.failedStage(failure))
                .thenCompose(word -> sender.acknowledge(pressed.queryId(), word));
    }

    /** Gives a word to show for a moment; empty for none. */
    private CompletionStage<String> obey(OperatorUpdate.Pressed pressed, User user, DeskTexts texts, Press press) {
        long person = pressed.person().telegramId();
        return switch (press) {
            case Press.OfDraft ofDraft -> decide(person, user, texts, ofDraft.wish(), ofDraft.draft());
            case Press.PickChat pick ->
                chats.show(user, texts, person, pick.chatId()).thenApply(shown -> "");
            case Press.OfChat ofChat ->
                things.inMode(user.id(), ofChat.chatId(), ofChat.mode()).thenApply(chat -> set(texts, chat));
            case Press.TakeOver hand ->
                chats.takeOver(user, texts, person, hand.chatId(), hand.begin()).thenApply(shown -> "");
            case Press.OfContact ofContact -> newcomers.decide(user, texts, ofContact.chatId(), ofContact.decision());
            case Press.Why why ->
                chats.explain(user, texts, person, why.chatId()).thenApply(shown -> "");
            case Press.NewChats all ->
                things.newChats(user.id(), all.mode())
                        .thenApply(any -> any
                                ? texts.say("mode.set", texts.say(DeskCommands.modeKey(all.mode())))
                                : texts.say("mode.none"));
        };
    }

    private CompletionStage<String> decide(long person, User user, DeskTexts texts, Press.Wish wish, DraftId draft) {
        return switch (wish) {
            case EDIT ->
                desk.beginEdit(person, user.id(), draft, EDIT_WITHIN)
                        .thenCompose(done -> sender.write(person, texts.say("draft.write")))
                        .thenApply(done -> "");
            case DISCARD ->
                things.<Done>ask(
                                draft.chatId(),
                                replyTo ->
                                        new ChatCommand.DiscardDraft(user.id(), draft.draftId(), OwnerVia.BOT, replyTo))
                        .thenApply(done -> "");
            case SEND ->
                ifItSends(user, draft, texts, () -> approve(user, draft).thenApply(done -> ""));
            case ALWAYS ->
                ifItSends(
                        user,
                        draft,
                        texts,
                        () -> approve(user, draft)
                                .thenCompose(done -> things.inMode(user.id(), draft.chatId(), ChatMode.DIGITAL_TWIN))
                                .thenApply(chat -> set(texts, chat)));
        };
    }

    /** What is approved while the session is silent would not be sent, also not later: the draft waits on. */
    private CompletionStage<String> ifItSends(
            User user, DraftId draft, DeskTexts texts, Supplier<CompletionStage<String>> then) {
        return things.sends(user.id(), draft.chatId())
                .thenCompose(sends -> sends ? then.get() : CompletableFuture.completedStage(texts.say("draft.silent")));
    }

    private CompletionStage<ChatCommand.Queued> approve(User user, DraftId draft) {
        return things.ask(
                draft.chatId(),
                replyTo -> new ChatCommand.ApproveDraft(user.id(), draft.draftId(), null, OwnerVia.BOT, replyTo));
    }

    private static String set(DeskTexts texts, ChatView chat) {
        return texts.say(
                "chat.set",
                OwnersThings.title(chat.title()),
                texts.say(DeskCommands.modeKey(chat.config().mode())));
    }
}
