/**
 * Where the entities are, what keeps the parts of a node alive, and who may form a cluster.
 */
@NullMarked
package io.vibee.cluster;

import org.jspecify.annotations.NullMarked;
