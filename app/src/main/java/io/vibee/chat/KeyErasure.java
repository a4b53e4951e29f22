package io.vibee.chat;

import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** Erases the key of a chat's texts, so that nobody reads them any more. A second time it changes nothing. */
@FunctionalInterface
public interface KeyErasure {
    CompletionStage<Done> erase(String owner, String chatId);
}
