package io.vibee.journal;

import com.typesafe.config.ConfigFactory;
import io.vibee.journal.JournalWrite.NewEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Writes and settings for the tests below the actor. */
final class Writes {

    private Writes() {}

    static JournalSettings settings(String overrides) {
        return JournalSettings.of(ConfigFactory.parseString(overrides)
                .withFallback(ConfigFactory.load().getConfig("pekko.persistence.postgres.journal"))
                .withFallback(ConfigFactory.load().getConfig("pekko.persistence.journal-plugin-fallback")));
    }

    /** One event per set of tags, from a sequence number on. */
    @SafeVarargs
    static JournalWrite write(String persistenceId, long from, Set<String>... tags) {
        List<NewEvent> events = new ArrayList<>();
        for (Set<String> each : tags) {
            events.add(event(from + events.size(), "test", each));
        }
        return of(persistenceId, events, Duration.ofMinutes(1));
    }

    static JournalWrite write(String persistenceId, long sequenceNr) {
        return write(persistenceId, sequenceNr, Set.of());
    }

    static JournalWrite of(String persistenceId, List<NewEvent> events, Duration patience) {
        return new JournalWrite(
                persistenceId, "Test", 7, events, System.nanoTime() + patience.toNanos(), new CompletableFuture<>());
    }

    static NewEvent event(long sequenceNr, String manifest, Set<String> tags) {
        byte[] bytes = ("event " + sequenceNr).getBytes(StandardCharsets.UTF_8);
        return new NewEvent(
                sequenceNr,
                "writer",
                "",
                new SerializedPayload(20, manifest, bytes),
                null,
                ReservedTags.Reading.of(tags));
    }
}
