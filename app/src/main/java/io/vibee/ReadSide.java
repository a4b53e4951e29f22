package io.vibee;

import io.vibee.account.Account;
import io.vibee.chat.Chat;
import io.vibee.metrics.Metrics;
import io.vibee.persistence.database.Database;
import io.vibee.persistence.journal.Horizon;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.persistence.projection.Projection;
import io.vibee.persistence.projection.Projections;
import io.vibee.persistence.read.ConversationProjection;
import io.vibee.persistence.read.ReadChats;
import io.vibee.persistence.read.UsageDays;
import io.vibee.persistence.read.UsageProjection;
import io.vibee.reply.LanguageGuess;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The projections that build what is read, and the measure of what holds them back. */
final class ReadSide {

    private static final Logger LOG = LoggerFactory.getLogger(ReadSide.class);
    private static final Duration HORIZON_EVERY = Duration.ofSeconds(10);
    /** Fixed: other ranges need a rebuild. */
    private static final int CONVERSATION_RANGES = 4;

    private ReadSide() {}

    static void start(ActorSystem<?> system, KeyStore keys, Metrics metrics) {
        run(
                system,
                new Projection<>(
                        ReadChats.PROJECTION,
                        Chat.TYPE_KEY.name(),
                        CONVERSATION_RANGES,
                        new ConversationProjection(
                                keys, (text, sendersLanguage) -> LanguageGuess.of(text, sendersLanguage, ""))),
                metrics);
        run(system, new Projection<>(UsageDays.PROJECTION, Account.TYPE_KEY.name(), 1, new UsageProjection()), metrics);
        Horizon horizon = new Horizon(Database.get(system));
        system.scheduler()
                .scheduleWithFixedDelay(
                        Duration.ZERO,
                        HORIZON_EVERY,
                        () -> horizon.heldFor().whenComplete((age, failure) -> {
                            if (age != null) {
                                metrics.horizonHeld(age);
                            } else {
                                LOG.debug("what holds readers of the journal back is not known", failure);
                            }
                        }),
                        system.executionContext());
    }

    private static <E> void run(ActorSystem<?> system, Projection<E> projection, Metrics metrics) {
        Projections.start(system, projection, new ProjectionMeter(metrics, projection.name()));
    }
}
