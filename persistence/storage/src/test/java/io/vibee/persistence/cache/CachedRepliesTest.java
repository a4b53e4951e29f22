package io.vibee.persistence.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.persistence.DatabaseSpecification;
import io.vibee.persistence.cache.CachedReplies.Kept;
import io.vibee.persistence.erasure.Erasures;
import io.vibee.persistence.erasure.NoClearRows;
import io.vibee.persistence.keys.DataKey;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.persistence.keys.MasterKey;
import io.vibee.protocol.crypto.Sealed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("database")
class CachedRepliesTest extends DatabaseSpecification {

    private static final Duration HOUR = Duration.ofHours(1);
    private final CachedReplies replies = new CachedReplies(database);
    private final KeyStore keys = new KeyStore(database, MasterKey.of("a secret of at least thirty-two characters"));
    private final Erasures erasures = new Erasures(database, keys, NoClearRows.INSTANCE);

    private void keep(String owner, String fingerprint, Sealed answer, Duration life) {
        await(replies.keep(owner, bytes(fingerprint), new Kept(answer, life)));
    }

    private Optional<Kept> find(String owner, String fingerprint) {
        return await(replies.find(owner, bytes(fingerprint)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void anAnswerIsItsOwnersForAsLongAsItLives() {
        Sealed answer = new Sealed("key", "text");
        keep("ann", "f1", answer, HOUR);

        assertThat(find("ann", "f1")).hasValueSatisfying(kept -> {
            assertThat(kept.answer()).isEqualTo(answer);
            assertThat(kept.life()).isBetween(Duration.ofMinutes(59), HOUR);
        });
        assertThat(find("bob", "f1")).isEmpty();
        assertThat(find("ann", "f2")).isEmpty();
    }

    @Test
    void aLaterAnswerTakesThePlaceOfAnEarlierOne() {
        keep("ann", "f1", new Sealed("key", "old"), Duration.ofSeconds(1));
        keep("ann", "f1", new Sealed("key", "new"), HOUR);

        assertThat(find("ann", "f1"))
                .hasValueSatisfying(
                        kept -> assertThat(kept.answer().ciphertext()).isEqualTo("new"));
        assertThat(number("select count(*) from reply_cache")).isOne();
    }

    @Test
    void whatHasExpiredIsNotFoundAndIsDeleted() {
        keep("ann", "f1", new Sealed("key", "text"), HOUR);
        keep("ann", "f2", new Sealed("key", "text"), HOUR);
        execute("update reply_cache set expires_at = now() - interval '1 second' where fingerprint = $1", bytes("f1"));

        assertThat(find("ann", "f1")).isEmpty();
        assertThat(await(replies.deleteExpired())).isEqualTo(1);
        assertThat(await(replies.deleteExpired())).isZero();
        assertThat(find("ann", "f2")).isPresent();
    }

    @Test
    void anErasureOfAChatRemovesWhatIsUnderItsKey() {
        DataKey erased = await(keys.obtain("ann", "chat:1"));
        DataKey other = await(keys.obtain("ann", "chat:2"));
        keep("ann", "f1", erased.seal("text"), HOUR);
        keep("ann", "f2", other.seal("text"), HOUR);

        await(erasures.chat("ann", "1"));

        assertThat(find("ann", "f1")).isEmpty();
        assertThat(find("ann", "f2")).isPresent();
        assertThat(erased.erased()).isTrue();
    }

    @Test
    void anErasureOfAUserRemovesAllOfHisAndNothingElse() {
        keep("ann", "f1", await(keys.obtain("ann", "chat:1")).seal("text"), HOUR);
        keep("bob", "f2", await(keys.obtain("bob", "chat:2")).seal("text"), HOUR);

        await(erasures.beginUser("ann"));

        assertThat(find("ann", "f1")).isEmpty();
        assertThat(find("bob", "f2")).isPresent();
    }

    @Test
    void theTableIsNotLogged() {
        assertThat(number("select count(*) from pg_class where relname = 'reply_cache' and relpersistence = 'u'"))
                .isOne();
    }
}
