/** Sessions. */
@NullMarked
package io.vibee.session;

import org.jspecify.annotations.NullMarked;
