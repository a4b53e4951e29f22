/** The tables that projections build for readers: chats, messages, dead letters and use. */
@NullMarked
package io.vibee.persistence.read;

import org.jspecify.annotations.NullMarked;
