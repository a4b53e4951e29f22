package io.vibee.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.vibee.journal.database.DatabaseUrl;

/** What an actor system needs to use these plugins on a database. */
public final class PersistenceConfig {

    private PersistenceConfig() {}

    public static Config on(DatabaseUrl url) {
        return ConfigFactory.parseString("""
                        pekko.persistence.journal.plugin = "pekko.persistence.postgres.journal"
                        pekko.persistence.snapshot-store.plugin = "pekko.persistence.postgres.snapshot"
                        pekko.actor.serialization-bindings {
                          "io.vibee.journal.Ledger$Event" = jackson-json
                        }
                        # A busy machine is slow, not wrong.
                        pekko.test.single-expect-default = 30s
                        pekko.loggers = ["org.apache.pekko.event.slf4j.Slf4jLogger"]
                        pekko.logging-filter = "org.apache.pekko.event.slf4j.Slf4jLoggingFilter"
                        pekko.coordinated-shutdown.run-by-jvm-shutdown-hook = off
                        pekko.coordinated-shutdown.run-by-actor-system-terminate = off
                        """)
                .withValue("pekko.persistence.postgres.database.url", ConfigValueFactory.fromAnyRef(url.reveal()))
                .withFallback(ConfigFactory.load());
    }
}
