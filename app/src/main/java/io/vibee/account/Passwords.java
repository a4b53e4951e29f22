package io.vibee.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Hashes passwords with Argon2id in the PHC string format. The given executor does the work, so its bound is the bound on memory. When it
 * is full, the stage fails with {@link PasswordsBusyException}.
 */
public final class Passwords {

    private static final int LANES = 1;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    // The limits keep a damaged row from using up the machine's memory.
    private static final Pattern PHC = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,6}),t=(\\d{1,2}),p=(\\d{1,2})\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

    /**
     * What a new hash costs whoever computes it. A stored hash is verified at its own cost.
     *
     * @param memoryKib KiB, from 8 to 999,999
     * @param passes over that memory, from 1 to 99
     */
    public record Cost(int memoryKib, int passes) {
        /** Of OWASP's password storage cheat sheet: 19 MiB and 2 passes, with 1 lane. */
        public static final Cost OWASP = new Cost(19_456, 2);

        public Cost {
            if (memoryKib < 8 || memoryKib > 999_999 || passes < 1 || passes > 99) {
                throw new IllegalArgumentException("cost: " + memoryKib + " KiB, " + passes
                        + " passes (expected: 8 to 999,999 KiB and 1 to 99 passes)");
            }
        }
    }

    private final Executor executor;
    private final Cost cost;
    private final SecureRandom random = new SecureRandom();
    private final AtomicLong computed = new AtomicLong();
    private final String nobodys;

    public Passwords(Executor executor, Cost cost) {
        this.executor = executor;
        this.cost = cost;
        // Nobody knows the password of this hash: verifying against it costs the same and always fails.
        byte[] unknown = new byte[HASH_BYTES];
        random.nextBytes(unknown);
        this.nobodys = phc(salt(), unknown);
    }

    /** A hash of which nobody knows the password: for a user who has none. */
    String noPassword() {
        return nobodys;
    }

    /** The password's hash in the PHC string format. */
    public CompletionStage<String> hash(String password) {
        return compute(() -> {
            byte[] salt = salt();
            return phc(salt, argon2id(password, salt, cost.memoryKib(), cost.passes(), LANES, HASH_BYTES));
        });
    }

    /** Whether it is the password of that hash. Fails with {@link IllegalArgumentException} when the hash is damaged. */
    public CompletionStage<Boolean> verify(String password, String hash) {
        return compute(() -> matches(password, hash));
    }

    /** Always false, for the same work as {@link #verify}: for a user that does not exist. */
    public CompletionStage<Boolean> verifyNobody(String password) {
        return verify(password, nobodys);
    }

    /** How many hashes were computed since the start. */
    public long computed() {
        return computed.get();
    }

    private <T> CompletionStage<T> compute(Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, executor);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new PasswordsBusyException());
        }
    }

    private boolean matches(String password, String hash) {
        Matcher parts = PHC.matcher(hash);
        if (!parts.matches()) {
            throw new IllegalArgumentException("a stored password hash is damaged (expected: an Argon2id PHC string)");
        }
        byte[] expected = Base64.getDecoder().decode(parts.group(5));
        byte[] actual = argon2id(
                password,
                Base64.getDecoder().decode(parts.group(4)),
                Integer.parseInt(parts.group(1)),
                Integer.parseInt(parts.group(2)),
                Integer.parseInt(parts.group(3)),
                expected.length);
        return MessageDigest.isEqual(expected, actual);
    }

    private byte[] argon2id(String password, byte[] salt, int memoryKib, int passes, int lanes, int length) {
        computed.incrementAndGet();
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib)
                .withIterations(passes)
                .withParallelism(lanes)
                .withSalt(salt)
                .build());
        byte[] hash = new byte[length];
        // The same password may be typed in another normalisation form on another device.
        generator.generateBytes(
                Normalizer.normalize(password, Normalizer.Form.NFKC).getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }

    private byte[] salt() {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return salt;
    }

    private String phc(byte[] salt, byte[] hash) {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
                .formatted(
                        cost.memoryKib(),
                        cost.passes(),
                        LANES,
                        base64.encodeToString(salt),
                        base64.encodeToString(hash));
    }
}
