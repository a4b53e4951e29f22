/** The messages, events and state of a chat. */
@NullMarked
package io.vibee.protocol.chat;

import org.jspecify.annotations.NullMarked;
