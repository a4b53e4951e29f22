package io.vibee.persistence.session;

import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import io.vibee.protocol.crypto.Sealed;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A Telegram identity of a user.
 *
 * @param kind {@code bot}, {@code operator} or {@code business}
 * @param botId the part of the bot's token before its colon
 * @param connected whether the Session has stored its token; until then the token is in this row
 * @param token null once connected
 * @param delivery how updates reach it while it is being connected: {@code polling} or {@code webhook}
 */
public record SessionRow(
        String id,
        String owner,
        String kind,
        long botId,
        String botUsername,
        boolean connected,
        @Nullable Sealed token,
        String defaultMode,
        String delivery,
        Instant createdAt) {

    /** The same with a token that waits to be stored. */
    public SessionRow with(Sealed other) {
        return new SessionRow(id, owner, kind, botId, botUsername, connected, other, defaultMode, delivery, createdAt);
    }

    static final String COLUMNS = """
            id, owner, kind, bot_id, bot_username, state = 'connected' as connected, token_key_id, token_ciphertext,
            default_mode, delivery, created_at""";

    static SessionRow read(Readable row) {
        String keyId = row.get("token_key_id", String.class);
        String ciphertext = row.get("token_ciphertext", String.class);
        return new SessionRow(
                Column.text(row, "id"),
                Column.text(row, "owner"),
                Column.text(row, "kind"),
                Column.number(row, "bot_id"),
                Column.text(row, "bot_username"),
                Column.flag(row, "connected"),
                keyId == null || ciphertext == null ? null : new Sealed(keyId, ciphertext),
                Column.text(row, "default_mode"),
                Column.text(row, "delivery"),
                Column.instant(row, "created_at"));
    }
}
