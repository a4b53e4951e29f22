/** The messages, events and state of a Telegram session. */
@NullMarked
package io.vibee.protocol.session;

import org.jspecify.annotations.NullMarked;
