/** Keeps a second cluster from starting on the same database. */
@NullMarked
package io.vibee.persistence.cluster;

import org.jspecify.annotations.NullMarked;
