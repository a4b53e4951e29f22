/** Tests of the tables, and what other modules' tests need of them. */
@NullMarked
package io.vibee.persistence;

import org.jspecify.annotations.NullMarked;
