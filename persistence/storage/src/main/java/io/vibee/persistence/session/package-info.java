/** Users' Telegram identities: rows, because a bot belongs to one session and that is the database's job. */
@NullMarked
package io.vibee.persistence.session;

import org.jspecify.annotations.NullMarked;
