package io.vibee.account;

import io.vibee.cluster.NodeParts;
import io.vibee.protocol.account.SignInTriesCommand;
import io.vibee.protocol.account.SignInTriesCommand.GiveBack;
import io.vibee.protocol.account.SignInTriesCommand.Take;
import io.vibee.protocol.account.SignInTriesCommand.Taken;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/**
 * Counts tries to sign in for a part of the names, once in the cluster, so that who asks several nodes has no more tries. It keeps them in
 * memory: when it moves to another node it begins anew, and also after a fault of the machine that it is on.
 */
public final class SignInTries {

    public static final EntityTypeKey<SignInTriesCommand> TYPE_KEY =
            EntityTypeKey.create(SignInTriesCommand.class, "SignInTries");

    /** The parts that all names are divided into. */
    static final int PARTS = 64;

    /** Of each kind in a part; those of all parts together are as many as one node would remember alone. */
    private static final int MOST_REMEMBERED = SignInLimiter.MOST_REMEMBERED / PARTS;

    /** Asks it to stop. */
    public enum Stop implements SignInTriesCommand.Internal {
        NOW
    }

    private SignInTries() {}

    public static Behavior<SignInTriesCommand> create(String part) {
        // One that restarts grants no second tries.
        SignInLimiter limiter = new SignInLimiter(MOST_REMEMBERED);
        return NodeParts.supervised(
                "sign-in-tries",
                part,
                Behaviors.receive(SignInTriesCommand.class)
                        .onMessage(Take.class, take -> {
                            take.replyTo().tell(new Taken(millis(limiter, take)));
                            return Behaviors.same();
                        })
                        .onMessage(GiveBack.class, back -> {
                            limiter.giveBack(back.made());
                            return Behaviors.same();
                        })
                        .onMessageEquals(Stop.NOW, Behaviors::stopped)
                        .build());
    }

    private static long millis(SignInLimiter limiter, Take take) {
        return limiter.refusal(take.made())
                .map(wait -> Math.max(1, wait.toMillis()))
                .orElse(0L);
    }
}
