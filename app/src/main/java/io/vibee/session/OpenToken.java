package io.vibee.session;

import io.vibee.protocol.crypto.Sealed;
import io.vibee.telegram.BotToken;

/**
 * A bot's token, ready for use. What Telegram answers may come after the token was replaced, so it is kept with what it was asked with.
 *
 * @param stored how the session has it stored: each token that it was given is sealed anew, so this tells them apart
 */
record OpenToken(BotToken clear, Sealed stored) {}
