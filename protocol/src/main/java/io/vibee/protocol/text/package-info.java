/** Checks for every text from outside, whoever wrote it. */
@NullMarked
package io.vibee.protocol.text;

import org.jspecify.annotations.NullMarked;
