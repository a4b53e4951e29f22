package io.vibee.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.read.ListAppender;
import ch.qos.logback.core.spi.FilterReply;
import com.typesafe.config.ConfigFactory;
import io.vibee.journal.Eventually;
import io.vibee.journal.ThrowsIn;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

@DisplayName("The log of the membership")
@Timeout(60)
@Tag("actors")
class MembershipLogTest {

    private final LoggerContext logging = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Logger logger = logging.getLogger(MembershipLog.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    /** The first line of this logger can't be written. */
    private final class Fault extends TurboFilter {
        private final AtomicBoolean over = new AtomicBoolean();

        @Override
        public FilterReply decide(
                @Nullable Marker marker,
                Logger written,
                Level level,
                @Nullable String format,
                Object @Nullable [] values,
                @Nullable Throwable thrown) {
            if (written == logger && level == Level.INFO && over.compareAndSet(false, true)) {
                throw new IllegalStateException("a defect");
            }
            return FilterReply.NEUTRAL;
        }
    }

    @Test
    @ThrowsIn(MembershipLog.class)
    @DisplayName("begins again after a fault, and tells the members that there are")
    void fault() {
        Fault fault = new Fault();
        ActorTestKit kit =
                ActorTestKit.create("vibee", ConfigFactory.parseString("""
                pekko.actor.provider = cluster
                pekko.remote.artery { transport = tcp, canonical { hostname = "127.0.0.1", port = 0 } }
                pekko.loglevel = WARNING
                """).withFallback(ConfigFactory.load()));
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
        logging.addTurboFilter(fault);
        try {
            Cluster cluster = Cluster.get(kit.system());
            kit.spawn(MembershipLog.create());
            cluster.manager().tell(Join.create(cluster.selfMember().address()));

            Eventually.holds(() -> assertThat(List.copyOf(lines.list))
                    .anySatisfy(line ->
                            assertThat(line.getFormattedMessage()).contains("is a member (this node); members: 1")));
            assertThat(fault.over).isTrue();
        } finally {
            logging.getTurboFilterList().remove(fault);
            logger.detachAppender(lines);
            logger.setLevel(null);
            kit.shutdownTestKit();
        }
    }
}
