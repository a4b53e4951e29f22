/** Tests of the cache of answers on a real database. */
@NullMarked
package io.vibee.persistence.cache;

import org.jspecify.annotations.NullMarked;
