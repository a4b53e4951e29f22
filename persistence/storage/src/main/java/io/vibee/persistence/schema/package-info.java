/** Where the migrations of the storage's tables are. */
@NullMarked
package io.vibee.persistence.schema;

import org.jspecify.annotations.NullMarked;
