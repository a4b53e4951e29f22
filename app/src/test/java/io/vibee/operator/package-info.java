/** The operator's bot. */
@NullMarked
package io.vibee.operator;

import org.jspecify.annotations.NullMarked;
