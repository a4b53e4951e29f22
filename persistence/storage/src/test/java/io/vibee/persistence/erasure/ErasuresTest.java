package io.vibee.persistence.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.persistence.DatabaseSpecification;
import io.vibee.persistence.account.RefreshTokens;
import io.vibee.persistence.account.Rotation;
import io.vibee.persistence.account.Users;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.persistence.keys.MasterKey;
import io.vibee.persistence.keys.OwnerErasedException;
import io.vibee.persistence.session.Claim;
import io.vibee.persistence.session.SessionRow;
import io.vibee.persistence.session.SessionRows;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("database")
class ErasuresTest extends DatabaseSpecification {

    private final KeyStore keys = new KeyStore(database, MasterKey.of("a secret of at least thirty-two characters"));
    private final Erasures erasures = new Erasures(database, keys, NoClearRows.INSTANCE);
    private final Users users = new Users(database);
    private final RefreshTokens tokens = new RefreshTokens(database);
    private final SessionRows sessions = new SessionRows(database);

    private Claim claim(String owner, String id) {
        return await(sessions.claim(
                new SessionRow(id, owner, "bot", 7, "a_bot", false, null, "observe", "polling", Instant.EPOCH), 0));
    }

    @Test
    void aUserIsGoneAtOnceAndHisNameIsFree() {
        await(users.register("u1", "Ann", "hash", 77L));
        await(tokens.issue("u1", "family", new byte[] {1}, Instant.now().plusSeconds(60)));

        await(erasures.beginUser("u1"));

        assertThat(await(users.findById("u1"))).isEmpty();
        assertThat(await(users.findByUsername("ann"))).isEmpty();
        assertThat(await(tokens.rotate(new byte[] {1}, new byte[] {2}, Instant.now())))
                .isEqualTo(new Rotation.Unknown());
        await(users.register("u2", "ANN", "hash", null));
        assertThat(number("select count(*) from app_user where telegram_id is not null or username = 'Ann'"))
                .isZero();
        assertThat(number("select token_version from app_user where id = 'u1'")).isOne();
    }

    @Test
    void whatWasBegunIsKnownUntilItEnds() {
        await(users.register("u1", "ann", "hash", null));
        await(users.register("u2", "bob", "hash", null));
        claim("u1", "s1");
        await(erasures.beginUser("u1"));
        await(erasures.beginUser("u1"));

        assertThat(await(erasures.begun(10))).containsExactly("u1");
        await(users.completeRegistration("u1"));
        assertThat(await(erasures.begun(10))).as("nothing brings him back").containsExactly("u1");
        await(erasures.end("u1"));
        await(erasures.end("u2"));

        assertThat(await(erasures.begun(10))).isEmpty();
        assertThat(await(users.findById("u2"))).as("not begun, not ended").isPresent();
        assertThat(number("select count(*) from telegram_session")).isZero();
        assertThat(claim("u2", "s2")).as("the bot is free again").isInstanceOf(Claim.Claimed.class);
    }

    @Test
    void aUserWhoIsBeingErasedConnectsNothingMore() {
        await(users.register("u1", "ann", "hash", null));
        claim("u1", "s1");
        await(erasures.beginUser("u1"));

        assertThat(await(sessions.connected("s1"))).isFalse();
        assertThat(await(sessions.connecting(Duration.ZERO, 10))).isEmpty();
        assertThatThrownBy(() -> claim("u1", "s2")).isInstanceOf(OwnerErasedException.class);
        assertThat(await(sessions.list("u1", null, 10)).items())
                .as("still to be told")
                .hasSize(1);
    }
}
