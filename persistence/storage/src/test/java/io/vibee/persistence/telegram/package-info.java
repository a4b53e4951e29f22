/** The specification of the tables of the operator's bot, against a real PostgreSQL. */
@NullMarked
package io.vibee.persistence.telegram;

import org.jspecify.annotations.NullMarked;
