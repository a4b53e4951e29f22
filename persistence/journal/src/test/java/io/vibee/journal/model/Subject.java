package io.vibee.journal.model;

import io.vibee.journal.Ledger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.persistence.DeleteMessagesFailure;
import org.apache.pekko.persistence.DeleteMessagesSuccess;
import org.apache.pekko.persistence.DeleteSnapshotFailure;
import org.apache.pekko.persistence.DeleteSnapshotSuccess;
import org.apache.pekko.persistence.RecoveryCompleted;
import org.apache.pekko.persistence.SaveSnapshotFailure;
import org.apache.pekko.persistence.SaveSnapshotSuccess;
import org.apache.pekko.persistence.SnapshotOffer;
import org.apache.pekko.persistence.journal.Tagged;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * An entity of the classic kind, which can do all that a journal is for, one thing at a time. It stops when a write fails or is
 * rejected.
 */
final class Subject extends AbstractPersistentActor {

    /** A snapshot; stored as JSON. */
    record Memory(List<String> entries) {}

    /** Each is answered by its future, with the entity's state. */
    sealed interface Request {

        CompletableFuture<List<String>> answer();
    }

    record Persist(List<Object> events, CompletableFuture<List<String>> answer) implements Request {}

    record DeleteTo(long sequenceNr, CompletableFuture<List<String>> answer) implements Request {}

    record Save(CompletableFuture<List<String>> answer) implements Request {}

    record Forget(long sequenceNr, CompletableFuture<List<String>> answer) implements Request {}

    /** The journal said that it is the events' fault. */
    static final class RejectedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        RejectedException(Throwable cause) {
            super(cause);
        }
    }

    private final String persistenceId;
    private final CompletableFuture<List<String>> recovered;
    private final List<String> state = new ArrayList<>();
    private @Nullable CompletableFuture<List<String>> waiting;

    /** @param recovered gets the state that was recovered, or why it was not */
    static Props props(String persistenceId, CompletableFuture<List<String>> recovered) {
        return Props.create(Subject.class, () -> new Subject(persistenceId, recovered));
    }

    private Subject(String persistenceId, CompletableFuture<List<String>> recovered) {
        this.persistenceId = persistenceId;
        this.recovered = recovered;
    }

    @Override
    public String persistenceId() {
        return persistenceId;
    }

    @Override
    public Receive createReceiveRecover() {
        return receiveBuilder()
                .match(SnapshotOffer.class, offer -> state.addAll(((Memory) offer.snapshot()).entries()))
                .match(Ledger.Entered.class, event -> state.add(event.entry()))
                .match(RecoveryCompleted.class, completed -> recovered.complete(List.copyOf(state)))
                .build();
    }

    @Override
    public Receive createReceive() {
        return receiveBuilder()
                .match(Request.class, this::begin)
                .match(DeleteMessagesSuccess.class, done -> succeed())
                .match(DeleteMessagesFailure.class, failure -> fail(failure.cause()))
                .match(SaveSnapshotSuccess.class, done -> succeed())
                .match(SaveSnapshotFailure.class, failure -> fail(failure.cause()))
                .match(DeleteSnapshotSuccess.class, done -> succeed())
                .match(DeleteSnapshotFailure.class, failure -> fail(failure.cause()))
                .build();
    }

    private void begin(Request request) {
        waiting = request.answer();
        switch (request) {
            case Persist persist -> {
                int[] left = {persist.events().size()};
                persistAll(persist.events(), event -> {
                    state.add(Subject.text(event));
                    if (--left[0] == 0) {
                        succeed();
                    }
                });
            }
            case DeleteTo delete -> deleteMessages(delete.sequenceNr());
            case Save save -> saveSnapshot(new Memory(List.copyOf(state)));
            case Forget forget -> deleteSnapshot(forget.sequenceNr());
        }
    }

    private static String text(Object event) {
        Object payload = event instanceof Tagged tagged ? tagged.payload() : event;
        return payload instanceof Ledger.Entered entered ? entered.entry() : payload.toString();
    }

    @Override
    public void onPersistFailure(Throwable cause, Object event, long sequenceNr) {
        fail(cause);
    }

    @Override
    public void onPersistRejected(Throwable cause, Object event, long sequenceNr) {
        fail(new RejectedException(cause));
        getContext().stop(self());
    }

    @Override
    public void onRecoveryFailure(Throwable cause, Option<Object> event) {
        recovered.completeExceptionally(cause);
    }

    private void succeed() {
        if (waiting != null) {
            waiting.complete(List.copyOf(state));
        }
    }

    private void fail(Throwable cause) {
        if (waiting != null) {
            waiting.completeExceptionally(cause);
        }
    }
}
