@NullMarked
package io.vibee.journal;

import org.jspecify.annotations.NullMarked;
