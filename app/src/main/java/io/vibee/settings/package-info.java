/** What the environment says, read once and checked before anything starts; one record per concern. */
@NullMarked
package io.vibee.settings;

import org.jspecify.annotations.NullMarked;
