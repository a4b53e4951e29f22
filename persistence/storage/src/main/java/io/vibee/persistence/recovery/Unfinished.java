package io.vibee.persistence.recovery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entity that has something left to do.
 *
 * @param since when its oldest unfinished work was stored
 * @param tries how often it was woken for it, this time included
 */
public record Unfinished(String persistenceId, @Nullable String owner, Instant since, int tries) {}
