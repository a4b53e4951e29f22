/** The migrations of the storage's tables. */
@NullMarked
package io.vibee.persistence.schema;

import org.jspecify.annotations.NullMarked;
