/** What makes a person's or a chat's words unreadable for good. */
@NullMarked
package io.vibee.persistence.erasure;

import org.jspecify.annotations.NullMarked;
