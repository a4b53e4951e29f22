/**
 * The key hierarchy: the master key wraps a user's key, which wraps the data keys of the user's account, chats and sessions.
 */
@NullMarked
package io.vibee.persistence.keys;

import org.jspecify.annotations.NullMarked;
