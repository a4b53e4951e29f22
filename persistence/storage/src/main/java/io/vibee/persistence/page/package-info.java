/** Lists in parts, each with the place at which the next begins. */
@NullMarked
package io.vibee.persistence.page;

import org.jspecify.annotations.NullMarked;
