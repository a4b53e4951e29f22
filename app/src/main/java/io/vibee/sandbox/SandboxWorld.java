package io.vibee.sandbox;

import io.vibee.telegram.BotToken;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.regex.Pattern;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The people, groups and bots of the simulated Telegram, and what they do. A test directs it, and every action becomes an update for the
 * bot that sees it.
 */
public class SandboxWorld {
    private static final Pattern START_CODE = Pattern.compile("[A-Za-z0-9_-]{0,64}");

    private final Timing timing;
    private final WebhookPoster poster;
    private final SandboxNumbers numbers;
    private final BotTokens tokens = new BotTokens();
    private final Map<Long, BotAccount> accounts = new ConcurrentHashMap<>();
    private final Map<Long, SandboxUser> users = new ConcurrentHashMap<>();
    private final Map<Long, SandboxChat> chats = new ConcurrentHashMap<>();
    private final AtomicLong nextBotId = new AtomicLong(7_000_000_001L);
    private final AtomicLong nextUserId = new AtomicLong(500_000_001L);
    private final AtomicLong nextGroupId = new AtomicLong(-1_002_000_000_001L);
    private final Profiles profiles;
    private final SandboxFiles files = new SandboxFiles();
    private final ManagedBots managedBots = new ManagedBots(this);

    SandboxWorld(Timing timing, WebhookPoster poster, SandboxNumbers numbers) {
        this.timing = timing;
        this.poster = poster;
        this.numbers = numbers;
        this.profiles = new Profiles(this::account, this::privateChat, files, timing, numbers.firstMessageId());
    }

    /** A new bot; the n-th of every world has the same id and token. */
    public SandboxBot createBot(String username) {
        return createBot(username, username);
    }

    SandboxBot createBot(String username, String name) {
        long id = nextBotId.getAndIncrement();
        var bot = new SandboxBot(id, username, name, BotTokens.first(id));
        var account = new BotAccount(
                bot,
                new UpdateQueue(timing, poster, numbers.firstUpdateId(), numbers.betweenConflicts()),
                files,
                timing,
                numbers.firstMessageId());
        accounts.put(id, account);
        tokens.put(bot.token(), account);
        return bot;
    }

    /** From now on the token is refused with 401, also in a poll that is held. */
    public void revoke(SandboxBot bot) {
        tokens.revoke(bot.id());
        account(bot).updates().end(BotApiReply.error(401, "Unauthorized"));
    }

    /** Revokes the bot's token and gives it another; its chats and waiting updates stay. */
    public BotToken replaceToken(SandboxBot bot) {
        revoke(bot);
        return tokens.another(account(bot));
    }

    public SandboxUser createUser(String firstName) {
        return createUser(firstName, "en", false);
    }

    /** A person, or another bot that writes in groups. */
    public SandboxUser createUser(String firstName, String languageCode, boolean isBot) {
        long id = nextUserId.getAndIncrement();
        var user = new SandboxUser(id, firstName, "user" + id, languageCode, isBot);
        users.put(id, user);
        privateChat(user);
        return user;
    }

    public SandboxChat privateChat(SandboxUser user) {
        return chats.computeIfAbsent(user.id(), id -> SandboxChat.privateWith(user));
    }

    /** A supergroup without topics. */
    public SandboxChat createGroup(String title) {
        return createGroup(title, "supergroup", false);
    }

    /**
     * A group.
     *
     * @param type {@code group} or {@code supergroup}
     */
    public SandboxChat createGroup(String title, String type, boolean forum) {
        var chat = new SandboxChat(nextGroupId.getAndDecrement(), type, title, "", forum);
        chats.put(chat.id(), chat);
        return chat;
    }

    /** Someone adds the bot to a group, and {@code my_chat_member} tells the bot. Writing there also makes it a member, silently. */
    public void botJoins(SandboxBot bot, SandboxChat group, SandboxUser addedBy) {
        account(bot).conversation(group);
        account(bot).membership(addedBy, group, "left", "member");
    }

    /** Returns the message's id. */
    public long userWrites(SandboxBot bot, SandboxUser user, SandboxChat chat, String text) {
        return userWrites(bot, user, chat, IncomingMessage.text(text));
    }

    /** Returns the message's id. */
    public long userWrites(SandboxBot bot, SandboxUser user, SandboxChat chat, IncomingMessage message) {
        return account(bot).userWrites(user, chat, message);
    }

    public void userEdits(SandboxBot bot, SandboxChat chat, long messageId, String newText) {
        account(bot).userEdits(chat, messageId, newText);
    }

    /** From now on sending to the person fails with 403. */
    public void userBlocks(SandboxBot bot, SandboxUser user) {
        account(bot).blocked(user, true);
    }

    public void userUnblocks(SandboxBot bot, SandboxUser user) {
        account(bot).blocked(user, false);
    }

    /** Presses a button of the bot's message. Returns the query's id. */
    public String userPresses(SandboxBot bot, SandboxUser user, SandboxChat chat, long messageId, String data) {
        return account(bot).userPresses(user, account(bot).conversation(chat), messageId, data);
    }

    /** Opens {@code t.me/<bot>?start=<code>} and presses Start. Returns the id of the message that this sends. */
    public long userStarts(SandboxBot bot, SandboxUser user, String code) {
        if (!START_CODE.matcher(code).matches()) {
            throw new IllegalArgumentException("code: " + code + " (expected: 0 to 64 of A-Z a-z 0-9 _ -)");
        }
        return userWrites(bot, user, privateChat(user), code.isEmpty() ? "/start" : "/start " + code);
    }

    /** The buttons that the bot shows in the place of the person's keyboard. */
    public List<List<ChatButton>> keyboard(SandboxBot bot, SandboxChat chat) {
        return account(bot).conversation(chat).keyboard();
    }

    /** Completes with what the bot answers to a button that was pressed. */
    public CompletionStage<CallbackAnswer> awaitCallbackAnswer(SandboxBot bot, String queryId) {
        return account(bot).callbackQueries().answered(queryId);
    }

    /** The commands that the person sees in their chat with the bot, with what is said of each. */
    public SequencedMap<String, String> commands(SandboxBot bot, SandboxUser person) {
        return account(bot).commands().shownTo(person);
    }

    /** The bots that people have made through another bot. */
    public ManagedBots managedBots() {
        return managedBots;
    }

    /** The bytes of a file that somebody sent; null when there is none of this id. */
    public @Nullable ByteString file(String fileId) {
        SandboxFiles.Stored file = files.find(fileId);
        return file == null ? null : file.content();
    }

    SandboxFiles files() {
        return files;
    }

    /** The people who have a bot at their profile. */
    public Profiles profiles() {
        return profiles;
    }

    /** Puts any JSON text among the bot's updates, made from the id that confirms it. Text that is not JSON spoils the whole answer. */
    public void injectUpdate(SandboxBot bot, LongFunction<String> jsonOfUpdateId) {
        account(bot).updates().addAnyway(jsonOfUpdateId);
    }

    /** Updates of the bot that are not confirmed. */
    public int unconfirmed(SandboxBot bot) {
        return account(bot).updates().size();
    }

    /** Both sides of a chat, the last 500 messages, oldest first. */
    public List<TranscriptEntry> transcript(SandboxBot bot, SandboxChat chat) {
        return account(bot).conversation(chat).changesAfter(0);
    }

    /** Completes with the bot's messages when it has written this many to the chat. */
    public CompletionStage<List<TranscriptEntry>> awaitBotMessages(SandboxBot bot, SandboxChat chat, long count) {
        return account(bot)
                .conversation(chat)
                .whenBotWrote(count)
                .thenApply(conversation -> conversation.changesAfter(0).stream()
                        .filter(TranscriptEntry::fromBot)
                        .toList());
    }

    /** Whether the bot is shown as typing in the chat. */
    public boolean isTyping(SandboxBot bot, SandboxChat chat) {
        return account(bot).conversation(chat).isTyping();
    }

    /** The draft of the answer that the bot is still writing there, or an empty text. */
    public String draft(SandboxBot bot, SandboxChat chat) {
        return account(bot).conversation(chat).draft();
    }

    public @Nullable SandboxUser user(long id) {
        return users.get(id);
    }

    public @Nullable SandboxChat chat(long id) {
        return chats.get(id);
    }

    Collection<SandboxUser> users() {
        return users.values().stream()
                .sorted(Comparator.comparingLong(SandboxUser::id))
                .toList();
    }

    Collection<SandboxChat> groups() {
        return chats.values().stream()
                .filter(chat -> !chat.isPrivate())
                .sorted(Comparator.comparingLong(SandboxChat::id).reversed())
                .toList();
    }

    Collection<BotAccount> accounts() {
        return accounts.values().stream()
                .sorted(Comparator.comparingLong(account -> account.bot().id()))
                .toList();
    }

    @Nullable
    BotAccount accountOf(String token) {
        return tokens.find(token);
    }

    @Nullable
    BotAccount account(long botId) {
        return accounts.get(botId);
    }

    Timing timing() {
        return timing;
    }

    /** The token that works now, or null after it was revoked. */
    @Nullable
    BotToken tokenOf(SandboxBot bot) {
        return tokens.of(bot.id());
    }

    /** The bot of this username, or null. */
    @Nullable
    BotAccount accountNamed(String username) {
        return accounts.values().stream()
                .filter(account -> account.bot().username().equalsIgnoreCase(username))
                .findFirst()
                .orElse(null);
    }

    BotAccount account(SandboxBot bot) {
        BotAccount account = accounts.get(bot.id());
        if (account == null) {
            throw new IllegalArgumentException("bot: " + bot.id() + " (expected: one of this sandbox)");
        }
        return account;
    }
}
