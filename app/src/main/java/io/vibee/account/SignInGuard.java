package io.vibee.account;

import io.vibee.persistence.keys.KeyDerivation;
import io.vibee.protocol.account.SignInTriesCommand;
import io.vibee.protocol.account.SignInTriesCommand.GiveBack;
import io.vibee.protocol.account.SignInTriesCommand.Take;
import io.vibee.protocol.account.SignInTriesCommand.Taken;
import io.vibee.protocol.account.SignInTry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Slows down who tries passwords: it asks the {@link SignInTries} of the name. When they can't be asked, as for seconds after their node
 * died, tries are counted on this node alone: nobody is kept out, and nobody may try without end.
 */
public final class SignInGuard {

    private static final Logger LOG = LoggerFactory.getLogger(SignInGuard.class);
    private static final Duration ASK = Duration.ofSeconds(1);
    private static final String MAC = "HmacSHA256";

    private final SecretKeySpec key;
    private final Function<String, RecipientRef<SignInTriesCommand>> tries;
    private final Scheduler scheduler;
    private final SignInLimiter ownLimiter = new SignInLimiter(SignInLimiter.MOST_REMEMBERED);

    /**
     * A try that was counted, or not.
     *
     * @param refusedFor how long to wait for the next; empty: this one may be made
     * @param giveBack takes the count back, since it succeeded or was not judged
     */
    record Attempt(Optional<Duration> refusedFor, Runnable giveBack) {}

    /**
     * @param secret that all nodes share; addresses are stored by a hash with a key that is derived from it
     * @param tries who counts for a part of the names
     */
    public SignInGuard(String secret, Function<String, RecipientRef<SignInTriesCommand>> tries, Scheduler scheduler) {
        this.key = new SecretKeySpec(KeyDerivation.derive(secret, "vibee sign-in addresses v1", 32), MAC);
        this.tries = tries;
        this.scheduler = scheduler;
    }

    /** What is stored of the address from which this name signs in. It tells nothing without the key. */
    String stored(String name, SignInClient client) {
        return HexFormat.of().formatHex(hash(name, client.address()));
    }

    /**
     * Counts one try, if it may be made. Never fails.
     *
     * @param name as names are compared
     * @param known whether the name's owner signed in from this address before
     */
    CompletionStage<Attempt> attempt(String name, SignInClient client, boolean known) {
        SignInTry made = new SignInTry(name, client.address(), client.network(), known);
        RecipientRef<SignInTriesCommand> counting = tries.apply(part(name));
        return AskPattern.<SignInTriesCommand, Taken>ask(counting, replyTo -> new Take(made, replyTo), ASK, scheduler)
                .handle((taken, unreached) -> {
                    if (taken != null) {
                        return new Attempt(wait(taken), () -> counting.tell(new GiveBack(made)));
                    }
                    LOG.debug("tries to sign in are counted on this node alone: {}", String.valueOf(unreached));
                    // What was asked may still arrive, and nobody waits for it.
                    counting.tell(new GiveBack(made));
                    return new Attempt(ownLimiter.refusal(made), () -> ownLimiter.giveBack(made));
                });
    }

    private static Optional<Duration> wait(Taken taken) {
        return taken.waitMillis() == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(taken.waitMillis()));
    }

    /** Nobody without the key knows which names are counted together. */
    private String part(String name) {
        int hash = ByteBuffer.wrap(hash(name, "")).getInt();
        return Integer.toString(Math.floorMod(hash, SignInTries.PARTS));
    }

    private byte[] hash(String name, String address) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            mac.update(name.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return mac.doFinal(address.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 is not available", e);
        }
    }
}
