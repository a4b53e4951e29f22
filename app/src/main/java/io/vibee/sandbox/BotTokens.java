package io.vibee.sandbox;

import io.vibee.telegram.BotToken;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which token works for which bot. A bot's id alone determines its first one, so a bot that is made again after a restart keeps it. */
final class BotTokens {
    private final Map<String, BotAccount> accounts = new ConcurrentHashMap<>();

    static BotToken first(long botId) {
        return token(botId, 0);
    }

    void put(BotToken token, BotAccount account) {
        accounts.put(token.reveal(), account);
    }

    /** Gives the bot another one beside those that work. */
    BotToken another(BotAccount account) {
        BotToken token = token(account.bot().id(), System.nanoTime());
        put(token, account);
        return token;
    }

    void revoke(long botId) {
        accounts.values().removeIf(account -> account.bot().id() == botId);
    }

    @Nullable
    BotAccount find(String token) {
        return accounts.get(token);
    }

    /** One that works, or null. */
    @Nullable
    BotToken of(long botId) {
        return accounts.entrySet().stream()
                .filter(entry -> entry.getValue().bot().id() == botId)
                .map(entry -> BotToken.of(entry.getKey()))
                .findAny()
                .orElse(null);
    }

    /** 35 characters, like Telegram's. It guards nothing: it works on simulated servers only. */
    private static BotToken token(long botId, long generation) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(("sandbox bot " + botId + " " + generation).getBytes(StandardCharsets.UTF_8));
            return BotToken.of(botId
                    + ":"
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(digest)
                            .substring(0, 35));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
