/**
 * What actors on different nodes say to each other, what is stored, and how both are serialised.
 */
@NullMarked
package io.vibee.protocol;

import org.jspecify.annotations.NullMarked;
