/** The API, over real HTTP. */
@NullMarked
package io.vibee.http;

import org.jspecify.annotations.NullMarked;
