@NullMarked
package io.vibee.persistence.projection;

import org.jspecify.annotations.NullMarked;
