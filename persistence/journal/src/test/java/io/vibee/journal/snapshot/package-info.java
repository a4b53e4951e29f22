@NullMarked
package io.vibee.journal.snapshot;

import org.jspecify.annotations.NullMarked;
