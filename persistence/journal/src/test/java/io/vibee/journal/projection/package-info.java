@NullMarked
package io.vibee.journal.projection;

import org.jspecify.annotations.NullMarked;
