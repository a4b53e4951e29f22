/** Pages of lists, each with a cursor for the next page. */
@NullMarked
package io.vibee.persistence.page;

import org.jspecify.annotations.NullMarked;
