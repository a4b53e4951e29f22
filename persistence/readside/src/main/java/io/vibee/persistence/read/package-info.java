/** The tables that projections build, to be read by people: chats, messages, use. */
@NullMarked
package io.vibee.persistence.read;

import org.jspecify.annotations.NullMarked;
