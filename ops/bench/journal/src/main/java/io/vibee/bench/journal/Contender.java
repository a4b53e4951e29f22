package io.vibee.bench.journal;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;

/** What is measured: something that stores events in a database of its own on the shared {@link Server}. */
interface Contender extends AutoCloseable {

    String name();

    /** How many store at the same time when there are so many entities. */
    int writers(int entities);

    void warmUp(int events, Duration within) throws IOException, InterruptedException;

    /**
     * Stores events, lets the first ones pass, then measures.
     *
     * @param rate how many a second are started, evenly; infinite: each entity goes on when its last event is acknowledged
     */
    Measured measure(int entities, double rate, Duration ramp, Duration measured)
            throws IOException, InterruptedException;

    @Override
    void close() throws IOException;

    /** One that has entities, and so can recover them. */
    interface Recovering extends Contender {

        /** Stores what is recovered later, without its own code: copies of one of its events. */
        void prepareRecovery(int entities, int events) throws SQLException;

        Recovered recover(int from, int count) throws IOException;
    }

    /** CPU is in milliseconds per 1000 events, a latency in milliseconds. */
    record Measured(
            double eventsPerSecond,
            double p50,
            double p99,
            double clientCpu,
            double compilerCpu,
            double serverCpu,
            long failures) {}

    record Recovered(double entitiesPerSecond, double eventsPerSecond, double clientCpu, double serverCpu) {}
}
