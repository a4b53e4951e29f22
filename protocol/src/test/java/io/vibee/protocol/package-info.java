/** What is stored and said, as bytes. */
@NullMarked
package io.vibee.protocol;

import org.jspecify.annotations.NullMarked;
