package io.vibee.session;

import org.telegram.telegrambots.meta.api.objects.business.BusinessConnection;

/** Reads what Telegram says of a person's connection when it is asked. */
public final class PersonUpdates {

    private PersonUpdates() {}

    /** The same as an update would say. */
    public static OperatorUpdate.OfConnection of(BusinessConnection connection) {
        return OperatorRoute.of(connection);
    }
}
