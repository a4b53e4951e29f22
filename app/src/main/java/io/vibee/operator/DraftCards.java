package io.vibee.operator;

import io.vibee.chat.OwnerNotices;
import io.vibee.operator.Press.Wish;
import io.vibee.persistence.account.Users;
import io.vibee.persistence.read.DraftRow;
import io.vibee.persistence.read.WaitingDraft;
import io.vibee.persistence.telegram.Desk;
import io.vibee.persistence.telegram.Desk.DraftId;
import io.vibee.protocol.chat.DraftEnd;
import io.vibee.telegram.SendRequest.Button;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows owners the answers that wait for their leave, in their chat with the operator's bot, and what became of them. A card is shown once;
 * after a crash it may come a second time, and its buttons then find the draft decided.
 */
final class DraftCards implements OwnerNotices {

    private static final Logger LOG = LoggerFactory.getLogger(DraftCards.class);

    private final OperatorBot operator;
    private final Users users;
    private final Desk desk;
    private final DeskSender sender;
    private final NewcomerCards newcomers;

    DraftCards(OperatorBot operator, Users users, Desk desk, DeskSender sender, NewcomerCards newcomers) {
        this.operator = operator;
        this.users = users;
        this.desk = desk;
        this.sender = sender;
        this.newcomers = newcomers;
    }

    @Override
    public void arrived(Newcomer newcomer) {
        ofNewcomer(newcomer.owner(), person -> newcomers.show(person, newcomer));
    }

    @Override
    public void settled(NewcomerSettled settled) {
        ofNewcomer(settled.owner(), person -> newcomers.settle(person, settled));
    }

    private void ofNewcomer(String owner, Function<Users.TelegramAccount, CompletionStage<Done>> show) {
        var unused = telegramOf(owner)
                .thenCompose(person ->
                        person.map(show).orElseGet(() -> CompletableFuture.completedStage(Done.getInstance())))
                .exceptionally(failure -> {
                    LOG.warn("an owner was not shown a card about somebody new: {}", failure.toString());
                    return Done.getInstance();
                });
    }

    @Override
    public void proposed(Proposed proposed) {
        var unused = show(proposed).exceptionally(failure -> {
            LOG.warn("an owner was not shown a draft yet: {}", failure.toString());
            return Done.getInstance();
        });
    }

    @Override
    public void closed(Closed closed) {
        var unused = settle(closed).exceptionally(failure -> {
            LOG.warn("an owner was not shown what became of a draft: {}", failure.toString());
            return Done.getInstance();
        });
    }

    /** Shows a draft that nobody showed when it was made. */
    CompletionStage<Done> show(WaitingDraft waiting) {
        DraftRow row = waiting.draft();
        return show(new Proposed(
                row.owner(),
                row.chatId(),
                row.id(),
                waiting.chatTitle(),
                waiting.question(),
                row.text(),
                row.expiresAt()));
    }

    private CompletionStage<Done> show(Proposed proposed) {
        DraftId draft = new DraftId(proposed.chatId(), proposed.draftId());
        return telegramOf(proposed.owner())
                .thenCompose(person -> person.isEmpty()
                        ? CompletableFuture.completedStage(Done.getInstance())
                        : desk.takeCard(proposed.owner(), draft)
                                .thenCompose(mine -> mine
                                        ? sent(person.get(), proposed, draft)
                                        : CompletableFuture.completedStage(Done.getInstance())));
    }

    private CompletionStage<Done> sent(Users.TelegramAccount person, Proposed proposed, DraftId draft) {
        DeskTexts texts = DeskTexts.of(person.language());
        return sender.write(
                        person.id(),
                        text(texts, proposed.title(), proposed.question(), proposed.text()),
                        buttons(texts, draft))
                .thenCompose(message ->
                        message.map(id -> desk.showedCard(draft, id)).orElseGet(() -> desk.giveCardUp(draft)));
    }

    private CompletionStage<Done> settle(Closed closed) {
        if (!operator.exists()) {
            return CompletableFuture.completedStage(Done.getInstance());
        }
        return desk.card(new DraftId(closed.chatId(), closed.draftId()))
                .thenCombine(
                        telegramOf(closed.owner()),
                        (card, person) -> card.flatMap(message -> person.map(to -> sender.replace(
                                to.id(),
                                message,
                                DeskTexts.of(to.language()).say(key(closed.end()), closed.text()),
                                List.of()))))
                .thenCompose(shown -> shown.orElseGet(() -> CompletableFuture.completedStage(Done.getInstance())));
    }

    /** Whom to show something; empty when there is no operator's bot, or nobody knows the owner's account in Telegram. */
    private CompletionStage<Optional<Users.TelegramAccount>> telegramOf(String owner) {
        return operator.exists() ? users.telegramOf(owner) : CompletableFuture.completedStage(Optional.empty());
    }

    private static String key(DraftEnd end) {
        return switch (end) {
            case APPROVED -> "draft.sent";
            case DISCARDED -> "draft.discarded";
            case EXPIRED -> "draft.expired";
            case SUPERSEDED, EDITED -> "draft.superseded";
            case TAKEOVER, DELETED, STOPPED -> "draft.over";
        };
    }

    static String text(DeskTexts texts, WaitingDraft waiting) {
        return text(
                texts, waiting.chatTitle(), waiting.question(), waiting.draft().text());
    }

    private static String text(DeskTexts texts, @Nullable String title, @Nullable String question, String answer) {
        String who = title == null ? "…" : title;
        return question == null
                ? texts.say("draft.cardshort", who, answer)
                : texts.say("draft.card", who, question, answer);
    }

    static List<List<Button>> buttons(DeskTexts texts, DraftId draft) {
        return List.of(
                List.of(
                        button(texts, Wish.SEND, draft),
                        button(texts, Wish.EDIT, draft),
                        button(texts, Wish.DISCARD, draft)),
                List.of(button(texts, Wish.ALWAYS, draft)));
    }

    private static Button button(DeskTexts texts, Wish wish, DraftId draft) {
        return new Button(texts.say("draft." + wish.name().toLowerCase(Locale.ROOT)), Press.draft(wish, draft));
    }
}
