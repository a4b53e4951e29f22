package io.vibee.boot;

import io.vibee.cluster.EntityType;
import io.vibee.cluster.NodeParts;
import io.vibee.journal.Horizon;
import io.vibee.journal.database.Database;
import io.vibee.journal.projection.Projection;
import io.vibee.journal.projection.Projections;
import io.vibee.metrics.Metrics;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.persistence.read.ConversationProjection;
import io.vibee.persistence.read.ReadChats;
import io.vibee.persistence.read.ReadDeadLetters;
import io.vibee.persistence.read.UsageDays;
import io.vibee.persistence.read.UsageProjection;
import io.vibee.reply.LanguageGuess;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The projections that build what is read, and the measures of what holds them back and of the oldest dead letter. */
final class ReadProjections {

    private static final Logger LOG = LoggerFactory.getLogger(ReadProjections.class);
    private static final Duration MEASURE_EVERY = Duration.ofSeconds(10);
    /** Fixed: other ranges need a rebuild. */
    private static final int CONVERSATION_RANGES = 4;

    /** The entity types whose events are projected, by the projections' names. */
    static final Map<String, String> ENTITY_TYPES = Map.of(
            ReadChats.PROJECTION, EntityType.CHAT.typeName(), UsageDays.PROJECTION, EntityType.ACCOUNT.typeName());

    private ReadProjections() {}

    static void start(ActorSystem<?> system, KeyStore keys, Metrics metrics) {
        run(
                system,
                new Projection<>(
                        ReadChats.PROJECTION,
                        EntityType.CHAT.typeName(),
                        CONVERSATION_RANGES,
                        new ConversationProjection(
                                keys, (text, sendersLanguage) -> LanguageGuess.of(text, sendersLanguage, ""))),
                metrics);
        run(
                system,
                new Projection<>(UsageDays.PROJECTION, EntityType.ACCOUNT.typeName(), 1, new UsageProjection()),
                metrics);
        Database database = Database.get(system);
        Horizon horizon = new Horizon(database);
        ReadDeadLetters deadLetters = new ReadDeadLetters(database);
        measure(system, "what holds readers of the journal back", horizon::heldFor, metrics::horizonHeld);
        measure(
                system,
                "the age of the oldest dead letter",
                () -> deadLetters
                        .oldest()
                        .thenApply(oldest -> oldest.map(failedAt -> Duration.between(failedAt, Instant.now()))
                                .filter(Duration::isPositive)
                                .orElse(Duration.ZERO)),
                metrics::oldestDeadLetter);
    }

    private static void measure(
            ActorSystem<?> system, String what, Supplier<CompletionStage<Duration>> read, Consumer<Duration> gauge) {
        NodeParts.repeat(
                system,
                "measure of " + what,
                MEASURE_EVERY,
                () -> read.get().whenComplete((value, failure) -> {
                    if (value != null) {
                        gauge.accept(value);
                    } else {
                        LOG.debug("not known: {}", what, failure);
                    }
                }));
    }

    private static <E> void run(ActorSystem<?> system, Projection<E> projection, Metrics metrics) {
        Projections.start(system, projection, new ProjectionMeter(metrics, projection.name()), NodeParts::supervised);
    }
}
