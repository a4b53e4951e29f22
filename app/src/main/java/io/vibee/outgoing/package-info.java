/** How Vibee begins requests to other servers. */
@NullMarked
package io.vibee.outgoing;

import org.jspecify.annotations.NullMarked;
