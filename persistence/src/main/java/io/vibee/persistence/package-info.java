/** Placeholder. */
@org.jspecify.annotations.NullMarked
package io.vibee.persistence;
