package io.vibee.cluster;

import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.GateCommand;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.session.SessionCommand;
import java.util.function.Function;
import org.apache.pekko.actor.typed.RecipientRef;

/** Finds each kind of entity by its id, wherever in the cluster it lives. Accounts and gates have their user's id. */
public record Entities(
        Function<String, RecipientRef<SessionCommand>> sessions,
        Function<String, RecipientRef<ChatCommand>> chats,
        Function<String, RecipientRef<AccountCommand>> accounts,
        Function<String, RecipientRef<GateCommand>> gates) {

    public RecipientRef<SessionCommand> session(String sessionId) {
        return sessions.apply(sessionId);
    }

    public RecipientRef<ChatCommand> chat(String chatId) {
        return chats.apply(chatId);
    }

    public RecipientRef<AccountCommand> account(String userId) {
        return accounts.apply(userId);
    }

    public RecipientRef<GateCommand> gate(String userId) {
        return gates.apply(userId);
    }
}
