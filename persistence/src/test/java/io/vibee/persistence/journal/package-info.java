@NullMarked
package io.vibee.persistence.journal;

import org.jspecify.annotations.NullMarked;
