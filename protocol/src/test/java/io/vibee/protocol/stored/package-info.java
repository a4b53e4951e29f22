/** What lies in the journal and in snapshots. */
@NullMarked
package io.vibee.protocol.stored;

import org.jspecify.annotations.NullMarked;
