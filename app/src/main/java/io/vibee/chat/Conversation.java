package io.vibee.chat;

import io.vibee.protocol.chat.ChatState.WindowEntry;
import io.vibee.reply.PromptAssembly.Said;
import java.util.List;

/**
 * A chat's window in the clear, as a message's prompt shows it.
 *
 * @param window what it was made of
 * @param said what stands before the message, oldest first
 */
record Conversation(List<WindowEntry> window, List<Said> said) {

    List<String> texts() {
        return said.stream().map(Said::text).toList();
    }
}
