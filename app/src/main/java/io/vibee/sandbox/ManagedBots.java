package io.vibee.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.telegram.BotToken;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bots that people have made through another bot, which manages them: it gets their tokens and says who may write to them. A bot that is
 * made so is one like any other.
 */
public final class ManagedBots {
    private static final Pattern USERNAME = Pattern.compile("(?i)[a-z][a-z0-9_]{1,28}bot");
    private static final Pattern LINK = Pattern.compile("https://t\\.me/newbot/(\\w+)/(\\w+)\\?name=(\\S+)");
    private static final int MOST_USERS = 10;

    private record Managed(SandboxBot bot, SandboxUser owner, SandboxBot manager) {}

    private final SandboxWorld world;
    private final Map<Long, Managed> bots = new ConcurrentHashMap<>();
    /** The ids of bots that manage none. */
    private final Set<Long> off = ConcurrentHashMap.newKeySet();

    ManagedBots(SandboxWorld world) {
        this.world = world;
    }

    /** Whoever owns the bot lets it manage others, or not, in BotFather; at first it may. */
    public void mode(SandboxBot manager, boolean on) {
        if (on) {
            off.remove(manager.id());
        } else {
            off.add(manager.id());
        }
    }

    boolean mayManage(SandboxBot manager) {
        return !off.contains(manager.id());
    }

    /** A person confirms that they want a bot, which was offered by a button or a {@code t.me/newbot} link. The manager is told so. */
    public SandboxBot confirms(SandboxUser owner, SandboxBot manager, String username, String name) {
        if (!mayManage(manager)) {
            throw new IllegalArgumentException("manager: " + manager.id() + " (expected: a bot that manages others)");
        }
        if (!USERNAME.matcher(username).matches() || world.accountNamed(username) != null) {
            throw new IllegalArgumentException(
                    "username: " + username + " (expected: a free one of 5 to 32 of A-Z a-z 0-9 _ that ends in bot)");
        }
        SandboxBot bot = world.createBot(username, name);
        var managed = new Managed(bot, owner, manager);
        bots.put(bot.id(), managed);
        tell(managed);
        world.account(manager)
                .botCreated(owner, world.privateChat(owner), world.account(bot).asUser());
        return bot;
    }

    /** A person opens a {@code t.me/newbot} link and confirms what it offers. */
    public SandboxBot opens(SandboxUser owner, String link) {
        Matcher parts = LINK.matcher(link);
        BotAccount manager = parts.matches() ? world.accountNamed(parts.group(1)) : null;
        if (manager == null) {
            throw new IllegalArgumentException(
                    "link: " + link + " (expected: https://t.me/newbot/<a bot>/<username>?name=<name>)");
        }
        return confirms(
                owner, manager.bot(), parts.group(2), URLDecoder.decode(parts.group(3), StandardCharsets.UTF_8));
    }

    /** The owner has the bot's token replaced in Telegram's own menus. The manager is told so. */
    public BotToken replacesToken(SandboxUser owner, SandboxBot bot) {
        Managed managed = bots.get(bot.id());
        if (managed == null || managed.owner().id() != owner.id()) {
            throw new IllegalArgumentException("bot: " + bot.id() + " (expected: one that this person has made)");
        }
        BotToken token = world.replaceToken(bot);
        tell(managed);
        return token;
    }

    String token(BotAccount manager, Params params) {
        BotToken token = world.tokenOf(managedBy(manager, params).bot());
        if (token == null) {
            throw BotApiRefusal.badRequest("BOT_INVALID");
        }
        return token.reveal();
    }

    String replaceToken(BotAccount manager, Params params) {
        return world.replaceToken(managedBy(manager, params).bot()).reveal();
    }

    ObjectNode accessSettings(BotAccount manager, Params params) {
        Set<Long> users = world.account(managedBy(manager, params).bot()).onlyFor();
        var settings = Json.object().put("is_access_restricted", users != null);
        if (users != null) {
            ArrayNode added = settings.putArray("added_users");
            users.stream().map(world::user).forEach(user -> {
                if (user != null) {
                    added.add(user.toJson());
                }
            });
        }
        return settings;
    }

    void setAccess(BotAccount manager, Params params) {
        Managed managed = managedBy(manager, params);
        Set<Long> users = null;
        if (params.flag("is_access_restricted")) {
            users = new TreeSet<>();
            for (var id : params.tree("added_user_ids")) {
                if (world.user(id.asLong()) == null) {
                    throw BotApiRefusal.badRequest("user not found");
                }
                users.add(id.asLong());
            }
            if (users.size() > MOST_USERS) {
                throw BotApiRefusal.badRequest("too many user identifiers specified");
            }
        }
        world.account(managed.bot()).onlyFor(managed.owner(), users);
    }

    /** How Telegram words it when the bot is no such one is not published. */
    private Managed managedBy(BotAccount manager, Params params) {
        Managed managed = bots.get(params.number("user_id", 0));
        if (managed == null) {
            throw BotApiRefusal.badRequest("user not found");
        }
        if (managed.manager().id() != manager.bot().id()) {
            throw BotApiRefusal.badRequest("BOT_INVALID");
        }
        return managed;
    }

    private void tell(Managed managed) {
        var update = Json.object();
        update.set("user", managed.owner().toJson());
        update.set("bot", world.account(managed.bot()).asUser().toJson());
        world.account(managed.manager()).deliver("managed_bot", update);
    }
}
