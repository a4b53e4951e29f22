/** Which session carries a chat's messages: what chats and sessions both say of it. */
@NullMarked
package io.vibee.protocol.carrier;

import org.jspecify.annotations.NullMarked;
