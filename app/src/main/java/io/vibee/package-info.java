/** Where the process starts and ends. */
@NullMarked
package io.vibee;

import org.jspecify.annotations.NullMarked;
