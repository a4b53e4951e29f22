/** The specification of the users and refresh tokens, against a real PostgreSQL. */
@NullMarked
package io.vibee.persistence.account;

import org.jspecify.annotations.NullMarked;
