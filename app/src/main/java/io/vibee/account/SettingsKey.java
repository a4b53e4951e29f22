package io.vibee.account;

import io.vibee.protocol.account.AccountSettings;
import io.vibee.protocol.account.AccountView;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.crypto.TextCipher;
import org.jspecify.annotations.Nullable;

/**
 * The key of one account's settings, looked up when somebody needs it, by one look at a time. Who needs it meanwhile waits, or is
 * refused when it can't be had. Not thread-safe.
 */
final class SettingsKey {

    private @Nullable TextCipher key;
    private boolean wanted;
    private boolean refused;

    void found(TextCipher cipher) {
        key = cipher;
    }

    /** It can't be had now: who waits for it is refused. */
    void refuse() {
        refused = true;
    }

    /** Who waited was refused: the next one looks again. */
    void askAgain() {
        refused = false;
        wanted = false;
    }

    boolean isRefused() {
        return refused;
    }

    boolean isThere() {
        return key != null;
    }

    /** Somebody needs it. Gives whether it has to be looked up now: then {@link #found} or {@link #refuse} follows. */
    boolean want() {
        boolean look = key == null && !wanted;
        wanted = true;
        return look;
    }

    boolean isErased() {
        return key != null && key.erased();
    }

    /** Whether settings can be shown now. */
    boolean opens(AccountSettings settings) {
        return (settings.persona() == null && settings.notice() == null) || key != null;
    }

    /** What the owner sees. */
    AccountView view(AccountSettings settings) {
        return new AccountView(
                persona(settings),
                settings.language(),
                settings.timezone(),
                settings.quietHours(),
                settings.availabilityInEffect(),
                notice(settings));
    }

    /**
     * What is stored.
     *
     * @throws IllegalStateException when the key is not there, or erased
     */
    AccountSettings sealed(AccountView wanted) {
        TextCipher known = key;
        if (known == null) {
            throw new IllegalStateException("the key is not there");
        }
        String persona = wanted.persona();
        String notice = wanted.notice();
        return new AccountSettings(
                persona == null ? null : known.seal(persona),
                wanted.language(),
                wanted.timezone(),
                wanted.quietHours(),
                wanted.availability(),
                notice == null ? null : known.seal(notice));
    }

    /** Who the model answers as, or null. */
    @Nullable
    String persona(AccountSettings settings) {
        return open(settings.persona());
    }

    /** What chats are told outside of the hours, or null. */
    @Nullable
    String notice(AccountSettings settings) {
        return open(settings.notice());
    }

    private @Nullable String open(@Nullable Sealed sealed) {
        TextCipher known = key;
        return sealed == null || known == null ? null : known.open(sealed).orElse(null);
    }
}
