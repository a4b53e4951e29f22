/** What is shared by what must be finished. */
@NullMarked
package io.vibee.work;

import org.jspecify.annotations.NullMarked;
