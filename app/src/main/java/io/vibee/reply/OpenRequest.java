package io.vibee.reply;

import io.vibee.reply.ReplyCache.EntryKey;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * A request that has no outcome yet.
 *
 * @param heard gets the text so far
 * @param place where its answer is cached; null: nowhere
 */
record OpenRequest(
        ReplyRequest request,
        ActorRef<ReplyOutcome> asker,
        Consumer<Supplier<String>> heard,
        @Nullable EntryKey place) {

    OpenRequest withPlace(@Nullable EntryKey found) {
        return new OpenRequest(request, asker, heard, found);
    }
}
