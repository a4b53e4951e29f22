/**
 * Values that are encrypted before they enter an event, a snapshot or a row.
 */
@NullMarked
package io.vibee.protocol.crypto;

import org.jspecify.annotations.NullMarked;
