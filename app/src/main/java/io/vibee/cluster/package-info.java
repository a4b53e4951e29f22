/**
 * Where the entities are, and who may form a cluster.
 */
@NullMarked
package io.vibee.cluster;

import org.jspecify.annotations.NullMarked;
