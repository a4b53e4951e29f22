/**
 * How requests to other servers begin.
 */
@NullMarked
package io.vibee.outgoing;

import org.jspecify.annotations.NullMarked;
