/** The reply engine: a prompt is assembled, providers are asked in order within bounds, and there is always an outcome. */
@NullMarked
package io.vibee.reply;

import org.jspecify.annotations.NullMarked;
