/** What the operator's bot knows of people: links to it, and who connected it to a profile. */
@NullMarked
package io.vibee.persistence.telegram;

import org.jspecify.annotations.NullMarked;
