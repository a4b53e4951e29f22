/** Users' Telegram identities. They are rows because the database makes sure that a bot belongs to one session. */
@NullMarked
package io.vibee.persistence.session;

import org.jspecify.annotations.NullMarked;
