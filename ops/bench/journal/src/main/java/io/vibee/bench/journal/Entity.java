package io.vibee.bench.journal;

import io.vibee.journal.ReservedTags;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.RecoveryFailed;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/** Persists an event of 300 bytes for each command, and says to the {@link Load} when that was done. Its state is their number. */
final class Entity extends EventSourcedBehavior<Entity.Command, Entity.Event, Long> {

    static final int EVENT_BYTES = 300;

    private static final String FILLER = "An event's text is what a person wrote. ".repeat(8);
    private static final int BYTES_WITHOUT_VALUES = "{\"number\":,\"text\":\"\"}".length();
    /** Of how many events of an entity the last one leaves nothing open: as many as an answer of Vibee has. */
    private static final int EVENTS_PER_ANSWER = 4;

    sealed interface Command {}

    /** Persist, and when that is acknowledged again, for as long as the load runs. */
    enum Next implements Command {
        NEXT
    }

    /** Persist what should have been persisted at {@code intended} (of {@link System#nanoTime}). */
    record Persist(long intended) implements Command {}

    enum Stop implements Command {
        STOP
    }

    record Event(long number, String text) {

        static Event of(long number) {
            int digits = Long.toString(number).length();
            return new Event(number, FILLER.substring(0, EVENT_BYTES - BYTES_WITHOUT_VALUES - digits));
        }
    }

    private final Load load;
    private final boolean tagged;
    private final ActorRef<Command> self;

    static Behavior<Command> create(String persistenceId, boolean tagged, Load load) {
        return Behaviors.setup(context -> new Entity(PersistenceId.ofUniqueId(persistenceId), tagged, load, context));
    }

    private Entity(PersistenceId persistenceId, boolean tagged, Load load, ActorContext<Command> context) {
        super(persistenceId);
        this.tagged = tagged;
        this.load = load;
        this.self = context.getSelf();
    }

    @Override
    public Long emptyState() {
        return 0L;
    }

    @Override
    public CommandHandler<Command, Event, Long> commandHandler() {
        return this::onCommand;
    }

    @Override
    public EventHandler<Long, Event> eventHandler() {
        return (number, event) -> number + 1;
    }

    @Override
    public SignalHandler<Long> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), load::recovered)
                .onSignal(RecoveryFailed.class, (number, failed) -> load.failed())
                .build();
    }

    /** As Vibee tags: whose it is, within what, and whether something is still to be done after it. */
    @Override
    public Set<String> tagsFor(Event event) {
        if (!tagged) {
            return Set.of();
        }
        String id = persistenceId().id();
        return Set.of(
                ReservedTags.owner("user-" + id),
                ReservedTags.scope("session-" + id),
                event.number() % EVENTS_PER_ANSWER == 0 ? ReservedTags.CLOSED : ReservedTags.OPEN);
    }

    private Effect<Event, Long> onCommand(Long number, Command command) {
        return switch (command) {
            case Next next -> {
                if (!load.runs()) {
                    load.left();
                    yield Effect().none();
                }
                long started = System.nanoTime();
                yield Effect().persist(Event.of(number + 1)).thenRun(stored -> {
                    load.stored(started);
                    self.tell(next);
                });
            }
            case Persist persist ->
                Effect().persist(Event.of(number + 1)).thenRun(stored -> load.storedPaced(persist.intended()));
            case Stop stop -> Effect().stop();
        };
    }
}
