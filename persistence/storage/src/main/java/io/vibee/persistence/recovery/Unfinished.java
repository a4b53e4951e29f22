package io.vibee.persistence.recovery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entity with unfinished work.
 *
 * @param since when its oldest unfinished work was stored
 * @param tries how often it was woken for that, this time included
 */
public record Unfinished(String persistenceId, @Nullable String owner, Instant since, int tries) {}
