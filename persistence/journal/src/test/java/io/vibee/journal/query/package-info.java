@NullMarked
package io.vibee.journal.query;

import org.jspecify.annotations.NullMarked;
