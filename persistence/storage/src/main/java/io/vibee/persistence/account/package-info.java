/** Users and their refresh tokens. They are rows because the database keeps names and tokens unique. */
@NullMarked
package io.vibee.persistence.account;

import org.jspecify.annotations.NullMarked;
