package io.vibee.chat;

import io.vibee.cluster.Entities;
import io.vibee.metrics.Metrics;
import io.vibee.protocol.crypto.TextCiphers;
import io.vibee.recovery.Backlog;
import io.vibee.reply.ReplyEngine;
import org.apache.pekko.actor.typed.ActorRef;

/** What a chat of this node works with. */
public record ChatDependencies(
        ChatRules rules,
        Entities entities,
        TextCiphers keys,
        KeyErasure keyErasure,
        ActorRef<ReplyEngine.Command> engine,
        Recall recall,
        Metrics metrics,
        Backlog backlog,
        OwnerNotices ownerNotices) {}
