/** The messages, events and state of a user's account and its gate. */
@NullMarked
package io.vibee.protocol.account;

import org.jspecify.annotations.NullMarked;
