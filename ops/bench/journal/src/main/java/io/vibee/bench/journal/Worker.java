package io.vibee.bench.journal;

import com.sun.management.OperatingSystemMXBean;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.serialization.SerializationExtension;

/**
 * A contender's JVM. It does what it is told on standard input, a line each, and answers with a line; it ends when its input does.
 * All contenders run this same program with another configuration.
 */
public final class Worker {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration RECOVERY_PATIENCE = Duration.ofMinutes(2);
    private static final OperatingSystemMXBean MACHINE =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final Load load = new Load();
    private final boolean tagged;
    private final ActorSystem<Spawn> system;
    private final Map<Integer, List<ActorRef<Entity.Command>>> sets = new HashMap<>();
    private Thread pacer = new Thread(() -> {});
    private long markedAt;
    private long markedEvents;
    private long markedCpu;
    private long failuresBefore;
    private int generation;

    private record Spawn(
            String prefix, int from, int count, List<ActorRef<Entity.Command>> into, CountDownLatch done) {}

    private Worker(Config config, boolean tagged) {
        this.tagged = tagged;
        this.system = ActorSystem.create(guardian(), "bench", config);
        int size = SerializationExtension.get(system)
                .serialize(Entity.Event.of(4711))
                .get()
                .length;
        if (size != Entity.EVENT_BYTES) {
            throw new IllegalStateException("an event of " + size + " bytes (expected: " + Entity.EVENT_BYTES + ")");
        }
    }

    /** Arguments: the configuration as HOCON, and whether events are tagged. */
    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT);
        PrintStream answers = System.out;
        var worker = new Worker(
                ConfigFactory.parseString(arguments[0]).withFallback(ConfigFactory.load()),
                Boolean.parseBoolean(arguments[1]));
        answers.println("ready");
        try (var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                answers.println(worker.obey(order.split(" ", -1)));
            }
        } catch (IOException | IllegalStateException e) {
            answers.println("failed " + e.getMessage());
        }
        System.exit(0);
    }

    private String obey(String[] order) throws InterruptedException {
        switch (order[0]) {
            case "closed" -> closed(Integer.parseInt(order[1]));
            case "paced" -> paced(Integer.parseInt(order[1]), Double.parseDouble(order[2]));
            case "mark" -> {
                return mark();
            }
            case "stop" -> stop();
            case "recover" -> {
                return recover(Integer.parseInt(order[1]), Integer.parseInt(order[2]));
            }
            default -> throw new IllegalStateException("order: " + order[0]);
        }
        return "done";
    }

    /** Each entity persists its next event when the last one was acknowledged. */
    private void closed(int count) throws InterruptedException {
        List<ActorRef<Entity.Command>> entities = entities(count);
        load.run(true);
        load.expectActive(count);
        entities.forEach(entity -> entity.tell(Entity.Next.NEXT));
    }

    /** So many commands a second, evenly and in turn, however long they take. */
    private void paced(int count, double rate) throws InterruptedException {
        List<ActorRef<Entity.Command>> entities = entities(count);
        load.run(true);
        pacer = new Thread(() -> {
            long start = System.nanoTime();
            long sent = 0;
            while (load.runs()) {
                long intended = start + (long) (sent * 1e9 / rate);
                long early = intended - System.nanoTime();
                if (early > 0) {
                    LockSupport.parkNanos(early);
                } else {
                    load.expectActive(1);
                    entities.get((int) (sent % count)).tell(new Entity.Persist(intended));
                    sent++;
                }
            }
        });
        pacer.setDaemon(true);
        pacer.start();
    }

    /** What happened since the last mark: events, nanoseconds, CPU nanoseconds, p50 and p99 in ms, failures so far. */
    private String mark() {
        long now = System.nanoTime();
        long cpu = MACHINE.getProcessCpuTime();
        long events = load.events();
        String answer = String.format(
                "%d %d %d %.4f %.4f %d",
                events - markedEvents,
                now - markedAt,
                cpu - markedCpu,
                load.latencies().quantile(0.5),
                load.latencies().quantile(0.99),
                load.failures());
        load.latencies().reset();
        markedAt = now;
        markedCpu = cpu;
        markedEvents = events;
        return answer;
    }

    /** Entities of which some have failed are replaced by new ones. */
    private void stop() throws InterruptedException {
        load.run(false);
        pacer.join();
        if (!within(PATIENCE, () -> load.active() == 0)) {
            load.forgetActive();
        }
        if (load.failures() > failuresBefore) {
            failuresBefore = load.failures();
            generation++;
            sets.values().forEach(entities -> entities.forEach(entity -> entity.tell(Entity.Stop.STOP)));
            sets.clear();
        }
    }

    /** Recovers entities, measures that and stops them: entities, events, nanoseconds, CPU nanoseconds. */
    private String recover(int from, int count) throws InterruptedException {
        long eventsBefore = load.recoveredEvents();
        long failures = load.failures();
        long cpu = MACHINE.getProcessCpuTime();
        long start = System.nanoTime();
        List<ActorRef<Entity.Command>> entities = recovered("recovery|", from, count);
        long nanos = System.nanoTime() - start;
        cpu = MACHINE.getProcessCpuTime() - cpu;
        entities.forEach(entity -> entity.tell(Entity.Stop.STOP));
        if (load.failures() > failures) {
            throw new IllegalStateException("recoveries failed");
        }
        return count + " " + (load.recoveredEvents() - eventsBefore) + " " + nanos + " " + cpu;
    }

    private List<ActorRef<Entity.Command>> entities(int count) throws InterruptedException {
        List<ActorRef<Entity.Command>> known = sets.get(count);
        if (known == null) {
            known = recovered("bench-" + count + "-" + generation + "|", 0, count);
            sets.put(count, known);
        }
        return known;
    }

    private List<ActorRef<Entity.Command>> recovered(String prefix, int from, int count) throws InterruptedException {
        var entities = new ArrayList<ActorRef<Entity.Command>>(count);
        var spawned = new CountDownLatch(1);
        load.expectRecoveries(count);
        system.tell(new Spawn(prefix, from, count, entities, spawned));
        spawned.await();
        if (!within(RECOVERY_PATIENCE, () -> load.recovering() == 0)) {
            throw new IllegalStateException("recoveries: " + load.recovering() + " left (expected: 0)");
        }
        return entities;
    }

    private static boolean within(Duration patience, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - until > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return true;
    }

    private Behavior<Spawn> guardian() {
        var number = new AtomicInteger();
        return Behaviors.setup(context -> Behaviors.receive(Spawn.class)
                .onMessage(Spawn.class, spawn -> {
                    for (int i = spawn.from(); i < spawn.from() + spawn.count(); i++) {
                        var entity = context.spawn(
                                Entity.create(spawn.prefix() + i, tagged, load), "e" + number.getAndIncrement());
                        context.watch(entity);
                        spawn.into().add(entity);
                    }
                    spawn.done().countDown();
                    return Behaviors.same();
                })
                .onSignal(ChildFailed.class, failed -> {
                    load.lost();
                    return Behaviors.same();
                })
                .onSignal(Terminated.class, stopped -> Behaviors.same())
                .build());
    }
}
