package io.vibee.chat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Makes a chat's opaque id from its session and Telegram's id, so that every node finds the same entity without asking anybody. */
public final class ChatIds {

    private static final int BYTES = 16;

    private ChatIds() {}

    public static String of(String sessionId, long telegramChatId) {
        byte[] digest = sha256().digest((sessionId + "\n" + telegramChatId).getBytes(StandardCharsets.UTF_8));
        return "cht_" + HexFormat.of().formatHex(digest, 0, BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
