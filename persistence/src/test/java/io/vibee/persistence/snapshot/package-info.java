@NullMarked
package io.vibee.persistence.snapshot;

import org.jspecify.annotations.NullMarked;
