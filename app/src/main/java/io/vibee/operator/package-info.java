/** The operator's own bot: people connect it to their profiles, and steer their sessions in their chat with it. */
@NullMarked
package io.vibee.operator;

import org.jspecify.annotations.NullMarked;
