package io.vibee.journal.model;

import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** What can be done to one of the entities, or to the connections of all. */
sealed interface Step {

    int ENTITIES = 3;
    Set<String> TAGS = Set.of("red", "green");

    /** Of one entity; what an outage may interrupt. */
    sealed interface Work extends Step {

        int entity();
    }

    /** Stores events, all or none. */
    record Write(int entity, int events, Set<String> tags) implements Work {}

    /** Deletes this part of the sequence numbers that there were. */
    record Delete(int entity, int percent) implements Work {}

    record SaveSnapshot(int entity) implements Work {}

    record DeleteSnapshot(int entity) implements Step {}

    /** A write whose last event is larger than is allowed. */
    record WriteOversized(int entity, int before) implements Step {}

    /** A write whose last event no serializer knows. */
    record WriteUnserialisable(int entity, int before) implements Step {}

    /** Another writer begins with the newest number, which is taken. */
    record OtherWriterIsLate(int entity, int events) implements Step {}

    /** Another writer takes the next number, and the entity writes it after it. */
    record OtherWriterIsFirst(int entity) implements Step {}

    record Restart(int entity) implements Step {}

    /** Works on several entities, and all connections break at once or after the first answer. */
    record Outage(List<Work> works, boolean afterAnAnswer) implements Step {}

    static Arbitrary<List<Step>> sequences() {
        Arbitrary<Step> step = Arbitraries.frequencyOf(
                Tuple.of(8, works().map(work -> work)),
                Tuple.of(1, entities().map(DeleteSnapshot::new)),
                Tuple.of(1, Combinators.combine(entities(), few(0, 2)).as(WriteOversized::new)),
                Tuple.of(1, Combinators.combine(entities(), few(0, 2)).as(WriteUnserialisable::new)),
                Tuple.of(1, Combinators.combine(entities(), few(1, 3)).as(OtherWriterIsLate::new)),
                Tuple.of(1, entities().map(OtherWriterIsFirst::new)),
                Tuple.of(1, entities().map(Restart::new)),
                Tuple.of(
                        2,
                        Combinators.combine(
                                        works().list()
                                                .ofMinSize(1)
                                                .ofMaxSize(ENTITIES)
                                                .uniqueElements(Work::entity),
                                        Arbitraries.of(true, false))
                                .as(Outage::new)));
        return step.list().ofMinSize(6).ofMaxSize(16);
    }

    private static Arbitrary<Work> works() {
        Arbitrary<Work> write = Combinators.combine(entities(), few(1, 4), Arbitraries.subsetOf(TAGS))
                .as(Write::new);
        return Arbitraries.frequencyOf(
                Tuple.of(6, write),
                Tuple.of(
                        1,
                        Combinators.combine(entities(), Arbitraries.of(0, 30, 70, 100, 100))
                                .as(Delete::new)),
                Tuple.of(1, entities().map(SaveSnapshot::new)));
    }

    private static Arbitrary<Integer> entities() {
        return few(0, ENTITIES - 1);
    }

    private static Arbitrary<Integer> few(int least, int most) {
        return Arbitraries.integers().between(least, most);
    }
}
