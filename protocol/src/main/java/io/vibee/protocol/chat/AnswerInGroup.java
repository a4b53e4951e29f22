package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which messages of a group are answered. What is said to somebody else never is. */
public enum AnswerInGroup {
    /** Those that mention the bot, reply to it, or call it by one of its names. */
    @JsonProperty("mentioned")
    MENTIONED,
    /** Those too that go on with a talk: the last word in the topic was the bot's, and it was said lately. */
    @JsonProperty("talk")
    TALK,
    @JsonProperty("all")
    ALL
}
