package io.vibee.chat;

import io.vibee.reply.PredefinedAnswers;
import io.vibee.reply.PromptAssembly;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * What a chat decides by, the same for all chats of a node.
 *
 * @param summaries whether a chat keeps a summary of what its prompts don't show any more
 * @param recall whether a prompt shows older messages that its message is about
 * @param engineWithin the longest time after which the engine has given an outcome
 * @param answerWithin see {@link ReceiveDecision.Circumstances}
 * @param repliesPerMinute see {@link Work}
 * @param repeats see {@link Flood}
 * @param pause for how long a bot's chat waits for more of a message, if nothing else is set: see {@link io.vibee.protocol.chat.Manners#pause}
 * @param random for a sniper's probability, for waits, and for the ids of previews
 */
public record ChatRules(
        PromptAssembly prompts,
        boolean summaries,
        boolean recall,
        PredefinedAnswers predefined,
        ModelCosts costs,
        Duration engineWithin,
        Duration answerWithin,
        int repliesPerMinute,
        int repeats,
        Duration pause,
        InstantSource clock,
        RandomGenerator random) {}
