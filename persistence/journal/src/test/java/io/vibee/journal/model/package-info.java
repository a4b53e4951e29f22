/** The journal and the snapshot store compared with a model in memory, over random sequences of steps. */
@NullMarked
package io.vibee.journal.model;

import org.jspecify.annotations.NullMarked;
