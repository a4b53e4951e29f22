/** Telegram's Bot API as this service uses it: the client, its failures, and the splitting of long texts. */
@NullMarked
package io.vibee.telegram;

import org.jspecify.annotations.NullMarked;
