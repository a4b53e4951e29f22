package io.vibee.session;

import io.vibee.telegram.IncomingUpdate;
import io.vibee.telegram.TelegramFailure;
import java.time.Duration;
import java.util.List;

/** What a poller is told, and what it tells itself. */
sealed interface PollerCommand permits IntakeCommand, PollerCommand.PollStep {

    /** What there is to do about a poll; nothing once the polling gate is closed. */
    sealed interface PollStep extends PollerCommand {}

    enum Poll implements PollStep {
        NOW
    }

    /**
     * @param took from the request to its answer
     * @param held whether Telegram could hold it until there was an update
     */
    record Answered(List<IncomingUpdate> updates, Duration took, boolean held) implements PollStep {}

    record Failed(TelegramFailure failure) implements PollStep {}
}
