/** Log lines: one event, one line, ids as fields, no secret. */
@NullMarked
package io.vibee.logging;

import org.jspecify.annotations.NullMarked;
