/**
 * What is said to, and stored by, a chat of a session.
 */
@NullMarked
package io.vibee.protocol.chat;

import org.jspecify.annotations.NullMarked;
