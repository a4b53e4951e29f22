package io.vibee.cluster;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorInterceptor;
import org.apache.pekko.actor.typed.Extension;
import org.apache.pekko.actor.typed.ExtensionId;
import org.apache.pekko.actor.typed.MessageAdaptionFailure;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way to start an actor. Whatever it throws, also while it starts, it restarts with a fresh state after 0.2 s and up to 10 s; its
 * messages wait meanwhile. A part that keeps failing is known by its name until it has run for 30 s.
 */
public final class NodeParts implements Extension {

    /** After so many failures within {@link #WITHIN} a part keeps failing. */
    static final int OFTEN = 3;

    static final Duration WITHIN = Duration.ofMinutes(1);
    static final Duration STABLE_AFTER = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(NodeParts.class);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** Without Pekko's log line, which would repeat the exception's message. */
    private static final SupervisorStrategy BEGIN_AGAIN = SupervisorStrategy.restartWithBackoff(
                    SHORTEST_PAUSE, LONGEST_PAUSE, 0.2)
            .withResetBackoffAfter(STABLE_AFTER)
            .withLoggingEnabled(false);

    /** What keeps failing now. */
    public record Failing(Collection<String> parts, Map<String, Long> ofMany) {

        public boolean none() {
            return parts.isEmpty() && ofMany.isEmpty();
        }
    }

    /** One actor or one repeated task, equal to itself only. With an id it is one of many of a kind. */
    static final class Part {
        private final String name;
        private final @Nullable String id;

        Part(String name, @Nullable String id) {
            this.name = name;
            this.id = id;
        }
    }

    private final Map<Part, ArrayDeque<Long>> failures = new ConcurrentHashMap<>();
    private final LongSupplier nanos;

    NodeParts(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** The parts of this actor system. */
    public static NodeParts of(ActorSystem<?> system) {
        return Id.INSTANCE.apply(system);
    }

    /** A part that a node has once and needs. */
    public static <T> Behavior<T> supervised(String name, Behavior<T> behavior) {
        return supervised(new Part(name, null), behavior, defect -> {});
    }

    /** One of many of a kind. If one of them keeps failing, the node is still well. */
    public static <T> Behavior<T> supervised(String kind, String id, Behavior<T> behavior) {
        return supervised(kind, id, behavior, defect -> {});
    }

    /**
     * The same.
     *
     * @param failed is told of each failure before the next start
     */
    public static <T> Behavior<T> supervised(String kind, String id, Behavior<T> behavior, Consumer<Defect> failed) {
        return supervised(new Part(kind, id), behavior, failed);
    }

    private static <T> Behavior<T> supervised(Part part, Behavior<T> behavior, Consumer<Defect> failed) {
        return Behaviors.setup(context -> {
            NodeParts parts = of(context.getSystem());
            Consumer<Defect> known = defect -> {
                parts.failed(part, defect);
                failed.accept(defect);
            };
            Behavior<T> begunAgain = Behaviors.supervise(Behaviors.intercept(() -> new Watch<T>(known), behavior))
                    .onFailure(Exception.class, BEGIN_AGAIN);
            return Behaviors.intercept(() -> new End<T>(() -> parts.failures.remove(part)), begunAgain);
        });
    }

    /** Repeats a short task that a node needs. A failure doesn't end it, as it would end a task of Pekko's scheduler. */
    public static Cancellable repeat(ActorSystem<?> system, String name, Duration pause, Runnable work) {
        NodeParts parts = of(system);
        Part part = new Part(name, null);
        return system.scheduler()
                .scheduleWithFixedDelay(
                        Duration.ZERO,
                        pause,
                        () -> {
                            try {
                                work.run();
                            } catch (Throwable failure) {
                                parts.failed(part, told(failure));
                            }
                        },
                        system.executionContext());
    }

    /** What keeps failing: the names of parts, and how many of each kind of which there are many. */
    public Failing failing() {
        long now = nanos.getAsLong();
        failures.values().removeIf(times -> isStable(times, now));
        var parts = new TreeSet<String>();
        Map<String, Long> ofMany = new TreeMap<>();
        failures.forEach((part, times) -> {
            if (isOften(times)) {
                if (part.id == null) {
                    parts.add(part.name);
                } else {
                    ofMany.merge(part.name, 1L, Long::sum);
                }
            }
        });
        return new Failing(parts, ofMany);
    }

    void failed(Part part, Defect defect) {
        long now = nanos.getAsLong();
        failures.values().removeIf(times -> isStable(times, now));
        ArrayDeque<Long> times = failures.computeIfAbsent(part, first -> new ArrayDeque<>());
        synchronized (times) {
            times.addLast(now);
            if (times.size() > OFTEN) {
                times.removeFirst();
            }
        }
        var log = LOG.atError().addKeyValue("part", part.name).setCause(defect);
        if (part.id != null) {
            log = log.addKeyValue("id", part.id);
        }
        log.log("{} failed and begins again: {}", part.name, defect.kindAndPlace());
    }

    private static boolean isStable(ArrayDeque<Long> times, long now) {
        synchronized (times) {
            return !times.isEmpty() && now - times.getLast() >= STABLE_AFTER.toNanos();
        }
    }

    private static boolean isOften(ArrayDeque<Long> times) {
        synchronized (times) {
            return times.size() == OFTEN && times.getLast() - times.getFirst() <= WITHIN.toNanos();
        }
    }

    private static Defect told(Throwable failure) {
        if (Defect.isFatal(failure)) {
            throw (Error) failure;
        }
        return Defect.of(failure);
    }

    /** Sees each failure before the supervision does, and reports it without its message. */
    private static final class Watch<T> extends BehaviorInterceptor<T, T> {
        private final Consumer<Defect> failed;

        /** Any message: of an entity also the journal's. */
        @SuppressWarnings("unchecked")
        Watch(Consumer<Defect> failed) {
            super((Class<T>) (Class<?>) Object.class);
            this.failed = failed;
        }

        @Override
        public Behavior<T> aroundStart(TypedActorContext<T> context, PreStartTarget<T> target) {
            try {
                return target.start(context);
            } catch (Throwable failure) {
                throw seen(failure);
            }
        }

        @Override
        public Behavior<T> aroundReceive(TypedActorContext<T> context, T message, ReceiveTarget<T> target) {
            try {
                return target.apply(context, message);
            } catch (Throwable failure) {
                throw seen(failure);
            }
        }

        @Override
        public Behavior<T> aroundSignal(TypedActorContext<T> context, Signal signal, SignalTarget<T> target) {
            if (signal instanceof MessageAdaptionFailure adaption) {
                // The part's own function failed on another actor's answer. Unhandled, it would stop the part for good.
                throw seen(adaption.exception());
            }
            try {
                return target.apply(context, signal);
            } catch (Throwable failure) {
                throw seen(failure);
            }
        }

        private Defect seen(Throwable failure) {
            Defect defect = told(failure);
            failed.accept(defect);
            return defect;
        }
    }

    /** Sees the end of a part, also while it waits for its restart, when nothing inside its supervision hears of it. */
    private static final class End<T> extends BehaviorInterceptor<T, T> {
        private final Runnable ended;

        @SuppressWarnings("unchecked")
        End(Runnable ended) {
            super((Class<T>) (Class<?>) Object.class);
            this.ended = ended;
        }

        @Override
        public Behavior<T> aroundReceive(TypedActorContext<T> context, T message, ReceiveTarget<T> target) {
            return target.apply(context, message);
        }

        @Override
        public Behavior<T> aroundSignal(TypedActorContext<T> context, Signal signal, SignalTarget<T> target) {
            if (signal instanceof PostStop) {
                ended.run();
            }
            return target.apply(context, signal);
        }
    }

    private static final class Id extends ExtensionId<NodeParts> {
        static final Id INSTANCE = new Id();

        @Override
        public NodeParts createExtension(ActorSystem<?> system) {
            return new NodeParts(System::nanoTime);
        }
    }
}
