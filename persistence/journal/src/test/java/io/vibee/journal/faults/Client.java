package io.vibee.journal.faults;

import java.time.Duration;
import java.util.function.LongConsumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** Lets a Counter store one number after the other, and starts it again, with growing pauses, when it has failed. */
final class Client extends AbstractBehavior<Client.Command> {

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /** What happens to a client, for whoever counts. */
    interface Observer {

        /** These numbers, from one on, are stored. */
        LongConsumer acknowledged(String persistenceId);

        /** The entity stopped. */
        void failed(String persistenceId);
    }

    sealed interface Command {}

    private record Answered(long number) implements Command {}

    private record Failed() implements Command {}

    private record StartAgain() implements Command {}

    private final String persistenceId;
    private final Observer observer;
    private final LongConsumer acknowledged;
    private final ActorRef<Counter.Stored> answers;
    private ActorRef<Counter.Count> counter;
    private long next = 1;
    private Duration pause = SHORTEST_PAUSE;

    static Behavior<Command> create(String persistenceId, Observer observer) {
        return Behaviors.setup(context -> new Client(context, persistenceId, observer));
    }

    private Client(ActorContext<Command> context, String persistenceId, Observer observer) {
        super(context);
        this.persistenceId = persistenceId;
        this.observer = observer;
        this.acknowledged = observer.acknowledged(persistenceId);
        this.answers = context.messageAdapter(Counter.Stored.class, stored -> new Answered(stored.number()));
        this.counter = start();
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Answered.class, this::onAnswered)
                .onMessage(Failed.class, this::onFailed)
                .onMessage(StartAgain.class, this::onStartAgain)
                .build();
    }

    private Behavior<Command> onAnswered(Answered answered) {
        acknowledged.accept(answered.number());
        next = answered.number() + 1;
        pause = SHORTEST_PAUSE;
        ask();
        return this;
    }

    private Behavior<Command> onFailed(Failed failed) {
        observer.failed(persistenceId);
        getContext().scheduleOnce(pause, getContext().getSelf(), new StartAgain());
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        return this;
    }

    private Behavior<Command> onStartAgain(StartAgain again) {
        counter = start();
        return this;
    }

    private ActorRef<Counter.Count> start() {
        counter = getContext().spawnAnonymous(Counter.create(persistenceId));
        getContext().watchWith(counter, new Failed());
        ask();
        return counter;
    }

    private void ask() {
        counter.tell(new Counter.Count(next, answers));
    }
}
