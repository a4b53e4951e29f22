/**
 * A Telegram session: its poller, its sender, its life.
 */
@NullMarked
package io.vibee.session;

import org.jspecify.annotations.NullMarked;
