/**
 * What is said to, and stored by, a user's account and its gate.
 */
@NullMarked
package io.vibee.protocol.account;

import org.jspecify.annotations.NullMarked;
