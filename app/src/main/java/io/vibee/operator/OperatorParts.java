package io.vibee.operator;

import io.vibee.account.Credentials;
import io.vibee.chat.OwnerNotices;
import io.vibee.cluster.Entities;
import io.vibee.journal.database.Database;
import io.vibee.persistence.account.TelegramLinks;
import io.vibee.persistence.account.Users;
import io.vibee.persistence.read.ReadChats;
import io.vibee.persistence.read.ReadDrafts;
import io.vibee.persistence.read.ReadMessages;
import io.vibee.persistence.read.WaitingDraft;
import io.vibee.persistence.session.SessionRows;
import io.vibee.persistence.telegram.BusinessRows;
import io.vibee.persistence.telegram.Desk;
import io.vibee.persistence.telegram.ManagedBotRows;
import io.vibee.session.Connections;
import io.vibee.session.OperatorUpdates;
import io.vibee.session.TwinTexts;
import io.vibee.telegram.BotToken;
import io.vibee.telegram.TelegramClient;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;

/** What a node has of the operator's bot: all of it together, since its parts know one another. */
public final class OperatorParts {

    private final OperatorBot bot;
    private final TelegramLinks links;
    private final TwinTexts twinTexts;
    private final OperatorUpdates updates;
    private final DraftCards cards;
    private final Desk desk;
    private final ReadDrafts drafts;
    private final ManagedBots managedBots;

    private OperatorParts(
            OperatorBot bot,
            TelegramLinks links,
            TwinTexts twinTexts,
            OperatorUpdates updates,
            DraftCards cards,
            Desk desk,
            ReadDrafts drafts,
            ManagedBots managedBots) {
        this.bot = bot;
        this.links = links;
        this.twinTexts = twinTexts;
        this.updates = updates;
        this.cards = cards;
        this.desk = desk;
        this.drafts = drafts;
        this.managedBots = managedBots;
    }

    /**
     * Makes them.
     *
     * @param token of the operator's bot; null when this service has none
     */
    public static OperatorParts of(
            ActorSystem<?> system,
            @Nullable BotToken token,
            Database database,
            Users users,
            SessionRows sessions,
            Connections connections,
            Credentials credentials,
            Entities entities,
            TelegramClient telegram) {
        TwinTexts twinTexts = new TwinTexts();
        OperatorBot bot = new OperatorBot(system, token, users, sessions, connections, entities, telegram);
        TelegramLinks links = new TelegramLinks(database);
        Desk desk = new Desk(database);
        ReadDrafts drafts = new ReadDrafts(database);
        DeskSender sender = new DeskSender(telegram, bot);
        People people = new People(
                new BusinessRows(database), users, connections, entities, telegram, bot, twinTexts, system.scheduler());
        ManagedBotRows managedBots = new ManagedBotRows(database);
        NewBots newBots = new NewBots(managedBots, users, connections, telegram, bot, sender);
        OwnersThings things = new OwnersThings(
                entities, sessions, new ReadChats(database), new ReadMessages(database), drafts, system.scheduler());
        DeskChats chats = new DeskChats(things, sender);
        NewcomerCards newcomers = new NewcomerCards(desk, things, sender);
        return new OperatorParts(
                bot,
                links,
                twinTexts,
                new OperatorDesk(
                        people,
                        new DeskCommands(people, credentials, links, desk, things, chats, newBots, sender),
                        new DeskButtons(desk, things, chats, newcomers, sender),
                        newBots,
                        sender),
                new DraftCards(bot, users, desk, sender, newcomers),
                desk,
                drafts,
                new ManagedBots(bot, managedBots, connections, telegram));
    }

    public OperatorBot bot() {
        return bot;
    }

    public TelegramLinks links() {
        return links;
    }

    public ManagedBots managedBots() {
        return managedBots;
    }

    public TwinTexts twinTexts() {
        return twinTexts;
    }

    public OperatorUpdates updates() {
        return updates;
    }

    public OwnerNotices ownerNotices() {
        return cards;
    }

    /** Deletes what is kept of drafts that nobody can approve any more. */
    public CompletionStage<Done> forgetOldDrafts() {
        return desk.forgetOld();
    }

    /** Chats, at most so many, whose owner may not have been asked yet about somebody new. */
    public CompletionStage<List<String>> unasked(int atOnce) {
        return bot.exists() ? drafts.unasked(NewcomerCards.CARD, atOnce) : CompletableFuture.completedStage(List.of());
    }

    /** Shows owners what nobody showed them when it was made, at most so many at once. */
    public CompletionStage<Done> showDrafts(int atOnce) {
        if (!bot.exists()) {
            return CompletableFuture.completedStage(Done.getInstance());
        }
        return drafts.unseen(atOnce).thenCompose(rows -> {
            CompletionStage<Done> shown = CompletableFuture.completedStage(Done.getInstance());
            for (WaitingDraft row : rows) {
                shown = shown.thenCompose(done -> cards.show(row));
            }
            return shown;
        });
    }
}
