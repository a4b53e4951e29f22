/** Makes the words of a person or a chat unreadable for good. */
@NullMarked
package io.vibee.persistence.erasure;

import org.jspecify.annotations.NullMarked;
