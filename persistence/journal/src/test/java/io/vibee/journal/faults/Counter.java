package io.vibee.journal.faults;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;

/**
 * An entity that stores the numbers from one on, each in one atomic write of one to three events, and stores none twice. What is
 * in the journal can be checked without knowing what was asked.
 */
final class Counter extends EventSourcedBehavior<Counter.Count, Counter.Event, Long> {

    static final String TYPE = "Counter";

    /** For {@code pekko.actor.serialization-bindings}. */
    static final String BINDING =
            "pekko.actor.serialization-bindings { \"io.vibee.journal.faults.Counter$Event\" = jackson-json }\n";

    /** Stores this number, if it is the next. */
    record Count(long number, ActorRef<Stored> replyTo) {}

    /** The highest number that is stored. */
    record Stored(long number) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    sealed interface Event {}

    record Counted(long number, int part, int parts) implements Event {}

    static Behavior<Count> create(String persistenceId) {
        return new Counter(PersistenceId.ofUniqueId(persistenceId));
    }

    private Counter(PersistenceId id) {
        super(id);
    }

    @Override
    public Long emptyState() {
        return 0L;
    }

    @Override
    public CommandHandler<Count, Event, Long> commandHandler() {
        return (highest, count) -> count.number() == highest + 1
                ? Effect().persist(parts(count.number())).thenReply(count.replyTo(), Stored::new)
                : Effect().reply(count.replyTo(), new Stored(highest));
    }

    @Override
    public EventHandler<Long, Event> eventHandler() {
        return (highest, event) -> switch (event) {
            case Counted counted -> counted.part() == counted.parts() ? counted.number() : highest;
        };
    }

    private static List<Event> parts(long number) {
        int parts = (int) (1 + number % 3);
        List<Event> events = new ArrayList<>();
        for (int part = 1; part <= parts; part++) {
            events.add(new Counted(number, part, parts));
        }
        return events;
    }
}
