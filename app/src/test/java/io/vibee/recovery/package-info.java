/** What is shared by what must be finished. */
@NullMarked
package io.vibee.recovery;

import org.jspecify.annotations.NullMarked;
