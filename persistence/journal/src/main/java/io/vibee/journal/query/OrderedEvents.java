package io.vibee.journal.query;

import io.vibee.journal.JournalOffset;
import io.vibee.journal.OrderedEvent;
import io.vibee.journal.OrderedPage;
import io.vibee.journal.OrderedReader;
import io.vibee.journal.OrderedReader.Selection;
import io.vibee.journal.OrderedReader.Slices;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Source;

/** Streams of events in the order of {@link OrderedReader}. They end with the events that there are, or never. */
final class OrderedEvents {

    private final OrderedReader reader;
    private final LiveReader live;
    private final QuerySettings settings;

    OrderedEvents(OrderedReader reader, LiveReader live, QuerySettings settings) {
        this.reader = reader;
        this.live = live;
        this.settings = settings;
    }

    Source<OrderedEvent, NotUsed> live(Selection selection, JournalOffset after) {
        return livePages(selection, after, settings.page(), settings.minInterval())
                .mapConcat(events -> events);
    }

    /** As {@link #live}, in pages of at most {@code limit} events, which are so far apart once everything has been read. */
    Source<List<OrderedEvent>, NotUsed> livePages(
            Selection selection, JournalOffset after, int limit, Duration minInterval) {
        return live.pages(
                after,
                selection instanceof Slices slices ? slices.entityType() : null,
                minInterval,
                from -> reader.page(selection, from, limit)
                        .thenApply(page ->
                                new LiveReader.Found<>(page.events(), page.reached(), page.end(), page.hidden())));
    }

    /**
     * The events that are committed when the stream starts. It waits for transactions that are open then and began before such
     * a commit: as long as they are open, an event may still come in between.
     */
    Source<OrderedEvent, NotUsed> current(Selection selection, JournalOffset after) {
        return Source.lazyCompletionStage(reader::frontier)
                .flatMapConcat(frontier ->
                        Source.unfoldAsync(new Progress(after, frontier, 0), progress -> next(selection, progress)))
                .mapConcat(events -> events)
                .mapMaterializedValue(started -> NotUsed.getInstance());
    }

    /** How far a stream has come on its way to its end. */
    private record Progress(JournalOffset reached, JournalOffset end, int timesHidden) {

        boolean over() {
            return reached.compareTo(end) >= 0;
        }

        Progress after(OrderedPage page) {
            return page.end() && (!page.hidden() || page.horizon().compareTo(end) >= 0)
                    ? new Progress(end, end, 0)
                    : new Progress(page.reached(), end, page.hidden() ? timesHidden + 1 : 0);
        }
    }

    private CompletionStage<Optional<Pair<Progress, List<OrderedEvent>>>> next(Selection selection, Progress progress) {
        if (progress.over()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        Duration pause = progress.timesHidden() == 0
                ? Duration.ZERO
                : LiveReader.hiddenPause(settings.hiddenAgainAfter(), progress.timesHidden());
        return LiveReader.after(pause)
                .thenCompose(done -> reader.page(selection, progress.reached(), settings.page()))
                .thenApply(page -> Optional.of(Pair.create(
                        progress.after(page),
                        page.events().stream()
                                .filter(event -> event.offset().compareTo(progress.end()) < 0)
                                .toList())));
    }
}
