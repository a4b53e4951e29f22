/** One event, one line, ids as fields, and nothing secret in it. */
@NullMarked
package io.vibee.logging;

import org.jspecify.annotations.NullMarked;
