package io.vibee.persistence.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.postgresql.client.SSLMode;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.PoolSettings;
import io.vibee.journal.database.Query;
import io.vibee.persistence.DatabaseSpecification;
import io.vibee.persistence.erasure.Erasures;
import io.vibee.persistence.erasure.NoClearRows;
import io.vibee.protocol.crypto.Sealed;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("database")
class KeyStoreTest extends DatabaseSpecification {

    private static final String SECRET = "a secret of at least thirty-two characters";
    private static final String TEXT = "Привет, как дела? 👋";

    private final KeyStore store = newStore(SECRET);

    private final Erasures erasures = new Erasures(database, store, NoClearRows.INSTANCE);

    private KeyStore newStore(String secret) {
        return new KeyStore(database, MasterKey.of(secret));
    }

    @Nested
    class AKey {

        @Test
        void opensWhatItSealed() {
            DataKey key = await(store.obtain("ann", "chat:1"));
            Sealed sealed = key.seal(TEXT);

            assertThat(sealed.keyId()).isEqualTo(key.keyId());
            assertThat(key.open(sealed)).contains(TEXT);
            assertThat(key.seal(TEXT)).as("never the same twice").isNotEqualTo(sealed);
        }

        @Test
        void isTheSameOnAnotherNodeAndAfterARestart() {
            DataKey here = await(store.obtain("ann", "chat:1"));
            KeyStore elsewhere = newStore(SECRET);

            assertThat(await(elsewhere.obtain("ann", "chat:1")).open(here.seal(TEXT)))
                    .contains(TEXT);
            assertThat(await(elsewhere.load("ann", here.keyId())).open(here.seal(TEXT)))
                    .contains(TEXT);
        }

        @Test
        void belongsToOneSubjectOfOneOwner() {
            List<String> ids = awaitAll(List.of(
                            store.obtain("ann", "account"),
                            store.obtain("ann", "chat:1"),
                            store.obtain("ann", "session:1"),
                            store.obtain("bob", "chat:1")))
                    .stream()
                    .map(DataKey::keyId)
                    .toList();

            assertThat(ids).doesNotHaveDuplicates();
            assertThatThrownBy(() -> await(store.load("bob", ids.getFirst()))).isInstanceOf(UnknownKeyException.class);
        }

        @Test
        void isMadeOnceWhenManyNodesAskAtOnce() {
            List<KeyStore> nodes =
                    IntStream.range(0, 12).mapToObj(i -> newStore(SECRET)).toList();

            List<DataKey> keys = awaitAll(
                    nodes.stream().map(node -> node.obtain("ann", "chat:1")).toList());

            assertThat(keys)
                    .extracting(DataKey::keyId)
                    .containsOnly(keys.getFirst().keyId());
            assertThat(number("select count(*) from encryption_key"))
                    .as("a user's key and a data key")
                    .isEqualTo(2);
            keys.forEach(key -> assertThat(key.open(keys.getFirst().seal(TEXT))).contains(TEXT));
        }

        @Test
        void refusesWhatAnotherKeySealed() {
            Sealed other = await(store.obtain("ann", "chat:2")).seal(TEXT);

            assertThatThrownBy(() -> await(store.obtain("ann", "chat:1")).open(other))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void showsNothingOfItself() {
            DataKey key = await(store.obtain("ann", "chat:1"));

            assertThat(key.toString()).isEqualTo("DataKey[" + key.keyId() + "]");
            assertThat(MasterKey.of(SECRET).toString()).matches("MasterKey\\[[0-9a-f]{16}]");
        }
    }

    @Nested
    class Erasing {

        @Test
        void aSubjectMakesItsTextsReadAsErasedAndLeavesTheOthers() {
            DataKey erased = await(store.obtain("ann", "chat:1"));
            DataKey other = await(store.obtain("ann", "chat:2"));
            Sealed sealed = erased.seal(TEXT);

            await(erasures.chat("ann", "1"));
            await(erasures.chat("ann", "1"));

            for (KeyStore node : List.of(store, newStore(SECRET))) {
                DataKey after = await(node.load("ann", erased.keyId()));
                assertThat(after.erased()).isTrue();
                assertThat(after.open(sealed)).isEmpty();
                assertThatThrownBy(() -> after.seal(TEXT)).isInstanceOf(IllegalStateException.class);
                assertThat(await(node.load("ann", other.keyId())).open(other.seal(TEXT)))
                        .contains(TEXT);
            }
        }

        @Test
        void aSubjectLetsItBeginAnewUnderANewKey() {
            DataKey before = await(store.obtain("ann", "chat:1"));
            await(erasures.chat("ann", "1"));

            DataKey after = await(store.obtain("ann", "chat:1"));

            assertThat(after.keyId()).isNotEqualTo(before.keyId());
            assertThat(after.open(after.seal(TEXT))).contains(TEXT);
        }

        @Test
        void aUserErasesEverythingOfHisForGood() {
            DataKey chat = await(store.obtain("ann", "chat:1"));
            DataKey bobs = await(store.obtain("bob", "chat:1"));

            await(erasures.beginUser("ann"));
            await(erasures.beginUser("ann"));

            assertThat(await(store.load("ann", chat.keyId())).erased()).isTrue();
            assertThatThrownBy(() -> await(store.obtain("ann", "chat:1"))).isInstanceOf(OwnerErasedException.class);
            assertThatThrownBy(() -> await(store.obtain("ann", "chat:2"))).isInstanceOf(OwnerErasedException.class);
            assertThat(await(store.load("bob", bobs.keyId())).erased()).isFalse();
            assertThat(number("select count(*) from encryption_key where owner = 'ann' and wrapped is not null"))
                    .isZero();
        }

        @Test
        void aUserWhoNeverHadAKeyKeepsOneFromBeingMadeLater() {
            await(erasures.beginUser("ann"));

            assertThatThrownBy(() -> await(store.obtain("ann", "account"))).isInstanceOf(OwnerErasedException.class);
        }

        @Test
        void reachesAKeyThatIsInUse() {
            DataKey key = await(store.obtain("ann", "chat:1"));
            DataKey same = await(store.load("ann", key.keyId()));
            Sealed sealed = key.seal(TEXT);

            await(erasures.chat("ann", "1"));

            assertThat(List.of(key, same)).allMatch(DataKey::erased);
            assertThat(key.open(sealed)).isEmpty();
        }

        @Test
        void elsewhereIsHeeded() {
            KeyStore elsewhere = newStore(SECRET);
            DataKey chat = await(elsewhere.obtain("ann", "chat:1"));
            DataKey other = await(elsewhere.obtain("ann", "account"));
            DataKey bobs = await(elsewhere.obtain("bob", "account"));
            await(elsewhere.heedErasures());
            await(erasures.chat("ann", "1"));

            assertThat(chat.erased()).isFalse();
            await(elsewhere.heedErasures());
            assertThat(chat.erased()).isTrue();
            assertThat(other.erased()).isFalse();
            assertThat(await(elsewhere.obtain("ann", "chat:1")).keyId())
                    .as("begins anew")
                    .isNotEqualTo(chat.keyId());

            await(erasures.beginUser("ann"));
            await(elsewhere.heedErasures());
            assertThat(other.erased()).isTrue();
            assertThat(bobs.erased()).isFalse();
            assertThatThrownBy(() -> await(elsewhere.obtain("ann", "account")))
                    .isInstanceOf(OwnerErasedException.class);
        }
    }

    @Nested
    class Faults {

        @Test
        void aTamperedCiphertextIsDamagedAndNotErased() {
            DataKey key = await(store.obtain("ann", "chat:1"));
            byte[] bytes = Base64.getDecoder().decode(key.seal(TEXT).ciphertext());
            bytes[bytes.length - 1] ^= 1;
            Sealed tampered = new Sealed(key.keyId(), Base64.getEncoder().encodeToString(bytes));

            for (Sealed damaged :
                    List.of(tampered, new Sealed(key.keyId(), "not base64!"), new Sealed(key.keyId(), ""))) {
                assertThatThrownBy(() -> key.open(damaged))
                        .isInstanceOf(DamagedCiphertextException.class)
                        .hasMessageContaining(key.keyId());
            }
        }

        @Test
        void aKeyThatWasMovedToAnotherOwnerDoesNotOpen() {
            String anns = await(store.obtain("ann", "chat:1")).keyId();
            await(store.obtain("bob", "account"));
            execute("""
                    update encryption_key set owner = 'bob',
                           parent_id = (select id from encryption_key where owner = 'bob' and subject = 'user')
                     where id = $1""", anns);

            assertThatThrownBy(() -> await(newStore(SECRET).load("bob", anns)))
                    .isInstanceOf(DamagedCiphertextException.class);
        }

        @Test
        void anotherMasterKeyIsNamedAsSuch() {
            await(store.obtain("ann", "chat:1"));
            KeyStore other = newStore("another secret of thirty-two characters or more");

            assertThatThrownBy(() -> await(other.obtain("ann", "chat:1")))
                    .isInstanceOf(WrongMasterKeyException.class)
                    .hasMessageContaining(MasterKey.of(SECRET).id());
            assertThatThrownBy(() -> await(other.obtain("ann", "chat:2"))).isInstanceOf(WrongMasterKeyException.class);
        }

        @Test
        void aStoreThatIsAwayIsAFailureAndNotRemembered() {
            DatabaseUrl nowhere = new DatabaseUrl("127.0.0.1", 1, "x", "x", "x", SSLMode.DISABLE, null);
            try (Database absent = Database.open(nowhere, PoolSettings.defaults())) {
                KeyStore away = new KeyStore(absent, MasterKey.of(SECRET));

                assertThatThrownBy(() -> await(away.obtain("ann", "chat:1")))
                        .isNotInstanceOf(OwnerErasedException.class);
                assertThatThrownBy(() -> await(away.load("ann", "k"))).isNotInstanceOf(UnknownKeyException.class);
            }
        }

        @Test
        void aShortSecretIsRefused() {
            assertThatThrownBy(() -> MasterKey.of("x".repeat(31)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected: 32 or more");
        }

        @Test
        void theUsersOwnKeyIsNoSubject() {
            await(store.obtain("ann", "account"));
            String usersKey =
                    run(connection -> Query.on(connection, "select id from encryption_key where subject = 'user'")
                            .rows(row -> row.get(0, String.class))
                            .single());

            assertThatThrownBy(() -> await(store.load("ann", usersKey))).isInstanceOf(UnknownKeyException.class);
            assertThatThrownBy(() -> store.obtain("ann", "user")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void neverStoresAKeyInTheClear() {
        DataKey key = await(store.obtain("ann", "chat:1"));
        byte[] wrapped = run(connection -> Query.on(connection, "select wrapped from encryption_key where id = $1")
                .with(key.keyId())
                .rows(row -> row.get(0, byte[].class))
                .single());

        // Nonce (12), the key encrypted (32), tag (16).
        assertThat(wrapped).hasSize(60);
    }
}
