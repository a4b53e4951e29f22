package io.vibee.operator;

import io.vibee.persistence.account.User;
import io.vibee.persistence.account.Users;
import io.vibee.persistence.telegram.ManagedBotRow;
import io.vibee.persistence.telegram.ManagedBotRows;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.Delivery;
import io.vibee.session.Connected;
import io.vibee.session.Connections;
import io.vibee.session.OperatorUpdate;
import io.vibee.session.OperatorUpdates.Operator;
import io.vibee.telegram.BotOffer;
import io.vibee.telegram.TelegramClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/**
 * Bots that people make through the operator's bot: offers them, and connects what was made. Each step may be taken again: a row says what
 * was made, and is marked last. What the person is told is told at least once.
 */
final class NewBots {

    /** Of new chats: whoever writes to a bot knows that it is one. */
    private static final ChatMode DEFAULT_MODE = ChatMode.DIGITAL_TWIN;

    private static final String SUGGESTED_END = "_twin_bot";
    private static final int LONGEST_USERNAME = 32;

    private final ManagedBotRows rows;
    private final Users users;
    private final Connections connections;
    private final TelegramClient telegram;
    private final OperatorBot bot;
    private final DeskSender sender;

    NewBots(
            ManagedBotRows rows,
            Users users,
            Connections connections,
            TelegramClient telegram,
            OperatorBot bot,
            DeskSender sender) {
        this.rows = rows;
        this.users = users;
        this.connections = connections;
        this.telegram = telegram;
        this.bot = bot;
        this.sender = sender;
    }

    /** Offers a user a new bot, by a button and by a link. */
    CompletionStage<Done> offer(Operator operator, long person, User user, DeskTexts texts) {
        return telegram.getMe(bot.token()).thenCompose(me -> {
            if (!me.managesBots()) {
                return sender.write(person, texts.say("newbot.off"));
            }
            BotOffer offer =
                    new BotOffer(texts.say("newbot.button"), texts.say("newbot.name"), username(user.username()));
            return sender.offer(person, texts.say("newbot.offer", link(operator.bot(), offer)), offer);
        });
    }

    /** The account's name as far as a bot may have it. */
    static String username(String name) {
        String letters =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "").replaceAll("^[^a-z]+", "");
        String begin = letters.isEmpty() ? "my" : letters;
        return begin.substring(0, Math.min(begin.length(), LONGEST_USERNAME - SUGGESTED_END.length())) + SUGGESTED_END;
    }

    private static String link(Bot manager, BotOffer offer) {
        return "https://t.me/newbot/" + manager.username() + "/" + offer.username() + "?name="
                + URLEncoder.encode(offer.name(), StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Telegram tells that a person made a bot, or that a bot has another token. */
    CompletionStage<Done> told(Operator operator, OperatorUpdate.Managed told) {
        DeskTexts texts = DeskTexts.of(told.person().languageCode());
        return rows.told(operator.bot().id(), told.person().telegramId(), told.botId(), told.username(), DEFAULT_MODE)
                .thenCompose(row -> connectOrInstruct(texts, row));
    }

    /** A person is a user from now on, or was: the bots that waited for that are connected. */
    CompletionStage<Done> arrived(Operator operator, long person, DeskTexts texts) {
        return rows.waiting(operator.bot().id(), person).thenCompose(waiting -> {
            CompletionStage<Done> connected = CompletableFuture.completedStage(Done.getInstance());
            for (ManagedBotRow row : waiting) {
                connected = connected.thenCompose(done -> connectOrInstruct(texts, row));
            }
            return connected;
        });
    }

    private CompletionStage<Done> connectOrInstruct(DeskTexts texts, ManagedBotRow row) {
        return users.findByTelegram(row.telegramUserId())
                .thenCompose(
                        user -> user.map(known -> connect(texts, row, known)).orElseGet(() -> instruct(texts, row)));
    }

    private CompletionStage<Done> instruct(DeskTexts texts, ManagedBotRow row) {
        return row.told()
                ? CompletableFuture.completedStage(Done.getInstance())
                : sender.write(row.telegramUserId(), texts.say("newbot.instruct", row.username()))
                        .thenCompose(done -> rows.told(row));
    }

    private CompletionStage<Done> connect(DeskTexts texts, ManagedBotRow row, User user) {
        if (row.removed()) {
            return CompletableFuture.completedStage(Done.getInstance());
        }
        return rows.give(row, user.id())
                .thenCompose(done -> telegram.getManagedBotToken(bot.token(), row.botId()))
                .thenCompose(token -> connections.connect(user.id(), token, row.defaultMode(), Delivery.POLLING))
                .exceptionallyCompose(failure -> ManagedBots.isRefusal(failure)
                        ? CompletableFuture.completedStage(new Connected.TokenRefused())
                        : CompletableFuture.failedStage(failure))
                .thenCompose(connected -> connected(texts, row, connected));
    }

    private CompletionStage<Done> connected(DeskTexts texts, ManagedBotRow row, Connected connected) {
        return switch (connected) {
            case Connected.Live live -> connected(texts, row);
            case Connected.Already already -> connected(texts, row);
            case Connected.Taken taken -> say(row, texts.say("newbot.taken", row.username()));
            case Connected.TooMany tooMany -> say(row, texts.say("newbot.many", row.username(), tooMany.limit()));
            case Connected.TokenRefused refused -> say(row, texts.say("newbot.refused", row.username()));
            case Connected.TelegramAway away ->
                CompletableFuture.failedStage(new IllegalStateException("Telegram can't be reached"));
        };
    }

    private CompletionStage<Done> connected(DeskTexts texts, ManagedBotRow row) {
        return row.connected()
                ? CompletableFuture.completedStage(Done.getInstance())
                : say(
                                row,
                                texts.say(
                                        "newbot.connected",
                                        row.username(),
                                        texts.say(DeskCommands.modeKey(row.defaultMode()))))
                        .thenCompose(done -> rows.connected(row));
    }

    private CompletionStage<Done> say(ManagedBotRow row, String text) {
        return sender.write(row.telegramUserId(), text);
    }
}
