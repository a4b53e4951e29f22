package io.vibee.http;

import io.vibee.persistence.page.Page;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/** Makes a page from entities' own views. It asks a few of them at a time and keeps their order. */
public final class EntityPage {

    private static final int AT_ONCE = 16;

    private final ActorSystem<?> system;

    public EntityPage(ActorSystem<?> system) {
        this.system = system;
    }

    /**
     * Asks for each entry of a page.
     *
     * @param page an {@link IllegalArgumentException} from it, thrown or in the stage, means that the cursor is wrong
     * @param ask an empty answer leaves the entry out
     */
    <E, V> CompletionStage<ItemList<V>> page(
            Supplier<CompletionStage<Page<E>>> page, Function<E, CompletionStage<Optional<V>>> ask) {
        return read(page)
                .thenCompose(entries -> Source.from(entries.items())
                        .mapAsync(AT_ONCE, ask::apply)
                        .filter(Optional::isPresent)
                        .map(Optional::get)
                        .runWith(Sink.<V>seq(), system)
                        .thenApply(items -> new ItemList<>(items, entries.nextCursor())));
    }

    /** Reads a page with the client's cursor. */
    static <E> CompletionStage<Page<E>> read(Supplier<CompletionStage<Page<E>>> page) {
        CompletionStage<Page<E>> reading;
        try {
            reading = page.get();
        } catch (IllegalArgumentException e) {
            return CompletableFuture.failedStage(Parameters.wrongCursor());
        }
        return reading.exceptionallyCompose(failure -> CompletableFuture.failedStage(
                ExceptionMapper.unwrap(failure) instanceof IllegalArgumentException
                        ? Parameters.wrongCursor()
                        : failure));
    }
}
