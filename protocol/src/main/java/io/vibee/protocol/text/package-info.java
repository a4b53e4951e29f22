/**
 * What every text must be that enters from outside, whoever wrote it.
 */
@NullMarked
package io.vibee.protocol.text;

import org.jspecify.annotations.NullMarked;
