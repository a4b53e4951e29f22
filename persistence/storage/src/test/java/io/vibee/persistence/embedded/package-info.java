/** Tests of the embedded server. */
@NullMarked
package io.vibee.persistence.embedded;

import org.jspecify.annotations.NullMarked;
