/**
 * What is said to, and stored by, a Telegram session.
 */
@NullMarked
package io.vibee.protocol.session;

import org.jspecify.annotations.NullMarked;
