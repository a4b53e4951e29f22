package io.vibee.account;

import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.crypto.TextCipher;

/** What an account tells itself. */
sealed interface AccountStep extends AccountCommand.Internal {

    record KeyReady(TextCipher key) implements AccountStep {}

    record KeyUnavailable(Throwable cause) implements AccountStep {}

    /** Whoever waited for the key has been told. The next request looks it up again. */
    enum KeyRefused implements AccountStep {
        NOW
    }

    /** Store what was used. */
    enum Flush implements AccountStep {
        NOW
    }

    /** Nobody asked for a while. */
    enum Idle implements AccountStep {
        NOW
    }

    /** Stop, once there is nothing to store. */
    enum Stop implements AccountStep {
        NOW
    }
}
