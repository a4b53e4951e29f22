@NullMarked
package io.vibee.persistence.read;

import org.jspecify.annotations.NullMarked;
