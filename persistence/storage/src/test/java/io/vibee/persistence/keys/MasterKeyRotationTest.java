package io.vibee.persistence.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.persistence.DatabaseSpecification;
import io.vibee.persistence.erasure.Erasures;
import io.vibee.persistence.erasure.NoClearRows;
import io.vibee.persistence.keys.MasterKeyRotation.Result;
import io.vibee.protocol.crypto.Sealed;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("database")
class MasterKeyRotationTest extends DatabaseSpecification {

    private static final MasterKey OLD = MasterKey.of("the old secret of thirty-two characters or more");
    private static final MasterKey NEW = MasterKey.of("the new secret of thirty-two characters or more");
    private static final MasterKey OTHER = MasterKey.of("any other secret of thirty-two characters or more");

    private final KeyStore before = new KeyStore(database, OLD);

    private MasterKeyRotation rotation() {
        return new MasterKeyRotation(database, OLD, NEW, 2);
    }

    private List<Sealed> sealedByUsers(int users) {
        return IntStream.range(0, users)
                .mapToObj(i -> await(before.obtain("u" + i, "chat:1")).seal("text " + i))
                .toList();
    }

    private void assertReadBy(KeyStore node, List<Sealed> sealed) {
        for (int i = 0; i < sealed.size(); i++) {
            Sealed text = sealed.get(i);
            assertThat(await(node.load("u" + i, text.keyId())).open(text)).contains("text " + i);
        }
    }

    @Test
    void everythingIsReadByTheNewKeyAloneAndNothingByTheOld() {
        List<Sealed> sealed = sealedByUsers(5);
        List<String> dataKeys = wrapped("subject <> 'user'");

        assertThat(await(rotation().run())).isEqualTo(new Result(5, 5));

        assertReadBy(new KeyStore(database, NEW), sealed);
        assertThatThrownBy(() -> await(new KeyStore(database, OLD).obtain("u0", "chat:1")))
                .isInstanceOf(WrongMasterKeyException.class);
        assertThat(wrapped("subject <> 'user'")).as("no data key is touched").isEqualTo(dataKeys);
        assertThat(await(rotation().run())).as("again").isEqualTo(new Result(0, 5));
    }

    @Test
    void nodesThatAcceptBothReadBeforeMeanwhileAndAfterwards() {
        List<Sealed> sealed = sealedByUsers(3);
        assertReadBy(new KeyStore(database, NEW, OLD), sealed);
        assertReadBy(new KeyStore(database, OLD, NEW), sealed);
        Sealed later =
                await(new KeyStore(database, NEW, OLD).obtain("u3", "chat:1")).seal("text 3");

        assertThat(await(rotation().run())).isEqualTo(new Result(3, 4));

        assertReadBy(new KeyStore(database, OLD, NEW), sealed);
        assertThat(await(new KeyStore(database, NEW).load("u3", later.keyId())).open(later))
                .contains("text 3");
    }

    @Test
    void whatBrokeOffGoesOnWhereItStopped() {
        List<Sealed> sealed = sealedByUsers(5);
        execute("update encryption_key set wrapped = decode(translate(encode(wrapped, 'hex'), '0f', 'f0'), 'hex')"
                + " where subject = 'user' and owner = 'u3'");
        assertThatThrownBy(() -> await(rotation().run())).isInstanceOf(DamagedCiphertextException.class);
        assertThat(number("select count(*) from encryption_key where master_id = '" + NEW.id() + "'"))
                .as("whole batches are done")
                .isEqualTo(2);
        assertReadBy(new KeyStore(database, NEW, OLD), sealed.subList(0, 3));
        execute("update encryption_key set wrapped = decode(translate(encode(wrapped, 'hex'), '0f', 'f0'), 'hex')"
                + " where subject = 'user' and owner = 'u3'");

        assertThat(await(rotation().run())).isEqualTo(new Result(3, 5));

        assertReadBy(new KeyStore(database, NEW), sealed);
    }

    @Test
    void theErasedStayErased() {
        sealedByUsers(2);
        await(new Erasures(database, before, NoClearRows.INSTANCE).beginUser("u0"));

        assertThat(await(rotation().run())).isEqualTo(new Result(1, 1));
        assertThatThrownBy(() -> await(new KeyStore(database, NEW).obtain("u0", "chat:1")))
                .isInstanceOf(OwnerErasedException.class);
    }

    @Test
    void wrongKeysAreToldBeforeAnythingIsDone() {
        sealedByUsers(2);
        await(new KeyStore(database, OTHER).obtain("u9", "chat:1"));

        assertThatThrownBy(() -> await(rotation().run()))
                .isInstanceOf(RotationException.class)
                .hasMessageContaining("1 keys are wrapped by a master key that is neither")
                .hasMessageContaining(OTHER.id());
        assertThat(number("select count(*) from encryption_key where master_id = '" + NEW.id() + "'"))
                .isZero();
        assertThatThrownBy(() -> new MasterKeyRotation(database, OLD, OLD, 2))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private List<String> wrapped(String condition) {
        return run(connection -> io.vibee.journal.database.Query.on(
                        connection,
                        "select id || encode(wrapped, 'hex') as key from encryption_key where " + condition
                                + " order by id")
                .list(row -> String.valueOf(row.get("key", String.class))));
    }
}
