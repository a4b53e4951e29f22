/** Credentials. */
@NullMarked
package io.vibee.account;

import org.jspecify.annotations.NullMarked;
