/**
 * A chat: what it decides, and the actor that stores and does it.
 */
@NullMarked
package io.vibee.chat;

import org.jspecify.annotations.NullMarked;
