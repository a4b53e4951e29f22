package io.vibee.session;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Finds the persistence ids of what an owner's session has unfinished, so many at most. */
@FunctionalInterface
public interface UnfinishedChats {
    CompletionStage<List<String>> within(String owner, String sessionId, int most);
}
