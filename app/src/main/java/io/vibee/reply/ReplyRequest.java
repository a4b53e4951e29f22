package io.vibee.reply;

/**
 * One message to be answered. The ids only tell whose it is, in logs and later in fair shares and budgets.
 *
 * @param language as guessed from the message, an ISO 639-1 code
 */
public record ReplyRequest(String owner, String chatId, String messageId, Prompt prompt, String language) {}
