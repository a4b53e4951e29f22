package io.vibee.session;

import io.vibee.cluster.Defect;
import io.vibee.metrics.Metrics;
import io.vibee.metrics.UpdateKind;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.session.Bot;
import io.vibee.telegram.IncomingUpdate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.telegram.telegrambots.meta.api.objects.Update;

/** Counts the updates that come, and says what each is about. */
final class UpdateRouting {

    private static final Logger LOG = LoggerFactory.getLogger(UpdateRouting.class);

    private final Metrics metrics;

    UpdateRouting(Metrics metrics) {
        this.metrics = metrics;
    }

    /** One that can't be read is of no concern to any chat: it would come again each time, and nothing behind it. */
    Route route(IncomingUpdate incoming, Bot bot, SessionKind kind) {
        Update update = incoming.update();
        if (update == null) {
            return unreadable(incoming.updateId(), String.valueOf(incoming.problem()));
        }
        metrics.updateTaken(kind(update));
        try {
            return kind == SessionKind.OPERATOR ? OperatorRoute.of(update, bot) : Route.of(update, bot);
        } catch (RuntimeException | StackOverflowError | LinkageError e) {
            return unreadable(incoming.updateId(), Defect.of(e).kindAndPlace());
        }
    }

    private Route unreadable(long updateId, String problem) {
        metrics.updateUnreadable();
        LOG.warn("skipped update {} which can't be read: {}", updateId, problem);
        return new Route.None();
    }

    private static UpdateKind kind(Update update) {
        if (update.getMessage() != null) {
            return UpdateKind.MESSAGE;
        }
        if (update.getEditedMessage() != null) {
            return UpdateKind.EDITED_MESSAGE;
        }
        if (update.getMyChatMember() != null) {
            return UpdateKind.MY_CHAT_MEMBER;
        }
        return update.getBusinessConnection() != null ? UpdateKind.BUSINESS_CONNECTION : UpdateKind.OTHER;
    }
}
