package io.vibee.persistence.keys;

import com.google.crypto.tink.util.Bytes;
import io.vibee.persistence.keys.KeyRows.Row;
import io.vibee.persistence.keys.SymmetricKey.Purpose;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Wraps and unwraps keys: a user's key with a master key, and a data key with its user's key. A key in the clear is in memory
 * only. A damaged wrapped key fails with {@link DamagedCiphertextException}.
 */
final class KeyWrapping {

    private final MasterKey master;
    private final Map<String, MasterKey> accepted;

    /**
     * Wraps with these master keys.
     *
     * @param master wraps new users' keys
     * @param alsoAccepted only unwrap
     */
    KeyWrapping(MasterKey master, MasterKey... alsoAccepted) {
        this.master = master;
        this.accepted = Stream.concat(Stream.of(master), Stream.of(alsoAccepted))
                .collect(Collectors.toMap(MasterKey::id, Function.identity(), (one, same) -> one));
    }

    /** A new key of a user, to be stored. */
    Row newUserKey(String owner) {
        String id = KeyRows.newId();
        return new Row(id, owner, KeyRows.USER, null, master.id(), wrappedRandom(master.key(), owner, id));
    }

    /** A new data key under a user's key, to be stored. */
    Row newDataKey(Row user, String subject) {
        String id = KeyRows.newId();
        return new Row(id, user.owner(), subject, user.id(), null, wrappedRandom(userKey(user), user.owner(), id));
    }

    /** Unwraps a data key. Fails with {@link WrongMasterKeyException} when no accepted master key wrapped the user's key. */
    SymmetricKey dataKey(Row user, String keyId, Bytes wrapped) {
        return unwrapped(userKey(user), user.owner(), keyId, wrapped);
    }

    /** A user's key, wrapped with another master key. */
    static Bytes rewrapped(Row user, MasterKey from, MasterKey to) {
        Bytes wrapped = Objects.requireNonNull(user.wrapped(), "an erased key is not wrapped anew");
        try {
            byte[] raw = from.key().decrypt(wrapped.toByteArray(), Purpose.WRAP, user.owner(), user.id());
            return Bytes.copyFrom(to.key().encrypt(raw, Purpose.WRAP, user.owner(), user.id()));
        } catch (GeneralSecurityException e) {
            throw new DamagedCiphertextException(user.id(), e);
        }
    }

    private SymmetricKey userKey(Row user) {
        String wrappedBy = Objects.requireNonNullElse(user.masterId(), "unknown");
        MasterKey by = accepted.get(wrappedBy);
        if (by == null) {
            throw new WrongMasterKeyException(user.id(), wrappedBy, master.id());
        }
        return unwrapped(by.key(), user.owner(), user.id(), Objects.requireNonNull(user.wrapped()));
    }

    private static Bytes wrappedRandom(SymmetricKey by, String owner, String keyId) {
        return Bytes.copyFrom(by.encrypt(SymmetricKey.random(), Purpose.WRAP, owner, keyId));
    }

    private static SymmetricKey unwrapped(SymmetricKey by, String owner, String keyId, Bytes wrapped) {
        try {
            return new SymmetricKey(by.decrypt(wrapped.toByteArray(), Purpose.WRAP, owner, keyId));
        } catch (GeneralSecurityException e) {
            throw new DamagedCiphertextException(keyId, e);
        }
    }
}
