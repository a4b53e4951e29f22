/** Users and their refresh tokens: rows, because uniqueness is the database's job. */
@NullMarked
package io.vibee.persistence.account;

import org.jspecify.annotations.NullMarked;
