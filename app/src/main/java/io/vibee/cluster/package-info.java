/** Where entities are, what keeps a node's parts alive, and who may form a cluster. */
@NullMarked
package io.vibee.cluster;

import org.jspecify.annotations.NullMarked;
