/** Turns the journal into tables to read from: each batch's rows and how far it has come in one transaction. */
@NullMarked
package io.vibee.journal.projection;

import org.jspecify.annotations.NullMarked;
