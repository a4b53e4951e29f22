package io.vibee.boot;

import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.crypto.TextCipher;
import java.util.Optional;

/** A cipher that hides a text from a look at it, and from nobody else. */
public final class PlainCipher implements TextCipher {

    private boolean erased;

    public void erase() {
        erased = true;
    }

    @Override
    public String keyId() {
        return "key";
    }

    @Override
    public boolean erased() {
        return erased;
    }

    @Override
    public Sealed seal(String text) {
        return new Sealed(keyId(), new StringBuilder(text).reverse().toString());
    }

    @Override
    public Optional<String> open(Sealed sealed) {
        return erased
                ? Optional.empty()
                : Optional.of(new StringBuilder(sealed.ciphertext()).reverse().toString());
    }

    @Override
    public String fingerprint(String text) {
        return text;
    }
}
