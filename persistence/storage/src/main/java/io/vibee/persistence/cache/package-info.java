/** A cache of model answers. An empty cache costs calls and loses nothing else. */
@NullMarked
package io.vibee.persistence.cache;

import org.jspecify.annotations.NullMarked;
