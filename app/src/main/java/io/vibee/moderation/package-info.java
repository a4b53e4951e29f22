/** What Vibee doesn't answer and doesn't send: pure rules over texts. */
@NullMarked
package io.vibee.moderation;

import org.jspecify.annotations.NullMarked;
