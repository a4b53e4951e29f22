/**
 * What every stored event and state has in common.
 */
@NullMarked
package io.vibee.protocol.stored;

import org.jspecify.annotations.NullMarked;
