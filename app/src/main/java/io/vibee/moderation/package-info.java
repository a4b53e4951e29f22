/** What is not answered and what is not sent: pure rules over texts. */
@NullMarked
package io.vibee.moderation;

import org.jspecify.annotations.NullMarked;
