/** The reply engine: it assembles a prompt, asks providers in order and within limits, and always has an outcome. */
@NullMarked
package io.vibee.reply;

import org.jspecify.annotations.NullMarked;
