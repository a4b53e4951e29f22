/** Chats. */
@NullMarked
package io.vibee.chat;

import org.jspecify.annotations.NullMarked;
