package io.vibee.journal;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryFailed;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/** An entity that stores what it is given, in one write per command, and tells what it remembers. */
public final class Ledger extends EventSourcedBehavior<Ledger.Command, Ledger.Event, List<String>> {

    /** What it can be asked. */
    public sealed interface Command {}

    /** Stores each entry as an event, all together. */
    public record Write(List<String> entries, ActorRef<Done> replyTo) implements Command {}

    /** Asks for all entries, in order. */
    public record Read(ActorRef<List<String>> replyTo) implements Command {}

    /** Its events are stored as JSON, as Vibee's are. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    public sealed interface Event {}

    /** An entry was written. */
    public record Entered(String entry) implements Event {}

    private final Set<String> tags;
    private final Consumer<Throwable> onRecoveryFailure;

    /** With the same tags for each event. */
    public static Behavior<Command> create(PersistenceId id, String... tags) {
        return new Ledger(id, Set.of(tags), failure -> {});
    }

    /** Tells why it can't be recovered. */
    public static Behavior<Command> create(PersistenceId id, Consumer<Throwable> onRecoveryFailure) {
        return new Ledger(id, Set.of(), onRecoveryFailure);
    }

    private Ledger(PersistenceId id, Set<String> tags, Consumer<Throwable> onRecoveryFailure) {
        super(id);
        this.tags = tags;
        this.onRecoveryFailure = onRecoveryFailure;
    }

    @Override
    public List<String> emptyState() {
        return List.of();
    }

    @Override
    public Set<String> tagsFor(Event event) {
        return tags;
    }

    @Override
    public CommandHandler<Command, Event, List<String>> commandHandler() {
        return (state, command) -> switch (command) {
            case Write write ->
                Effect()
                        .persist(write.entries().stream()
                                .<Event>map(Entered::new)
                                .toList())
                        .thenReply(write.replyTo(), stored -> Done.getInstance());
            case Read read -> Effect().reply(read.replyTo(), state);
        };
    }

    @Override
    public EventHandler<List<String>, Event> eventHandler() {
        return (state, event) -> {
            List<String> next = new ArrayList<>(state);
            switch (event) {
                case Entered entered -> next.add(entered.entry());
            }
            return List.copyOf(next);
        };
    }

    @Override
    public SignalHandler<List<String>> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryFailed.class, (state, failed) -> onRecoveryFailure.accept(failed.getFailure()))
                .build();
    }
}
