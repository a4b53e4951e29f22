/** The specification of the cluster lease, against a real PostgreSQL. */
@NullMarked
package io.vibee.persistence.cluster;

import org.jspecify.annotations.NullMarked;
