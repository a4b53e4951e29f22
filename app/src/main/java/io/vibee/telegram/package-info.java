/** Telegram's Bot API as Vibee uses it: the client, its failures, formats, and the splitting of long texts. */
@NullMarked
package io.vibee.telegram;

import org.jspecify.annotations.NullMarked;
