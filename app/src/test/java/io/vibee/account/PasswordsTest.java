package io.vibee.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A password")
class PasswordsTest {

    private final ThreadPoolExecutor threads = PasswordThreads.create(1, 1);
    private final Passwords passwords = new Passwords(threads, Passwords.Cost.OWASP);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("is hashed with Argon2id at OWASP's numbers, each time with another salt")
    void phc() throws Exception {
        String hash = await(passwords.hash("correct horse"));

        assertThat(hash).matches("\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}");
        assertThat(await(passwords.hash("correct horse"))).isNotEqualTo(hash);
    }

    @Test
    @DisplayName("is known again, also as the reference implementation hashed it, and no other one is")
    void verify() throws Exception {
        // phc-winner-argon2: test.c, version 0x13, t=2, m=2^16, p=1, "password", "somesalt".
        String reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

        assertThat(await(passwords.verify("password", reference))).isTrue();
        assertThat(await(passwords.verify("passwore", reference))).isFalse();
        assertThat(await(passwords.verify("right", await(passwords.hash("right")))))
                .isTrue();
    }

    @Test
    @DisplayName("is the same in each normalisation form")
    void normalised() throws Exception {
        assertThat(await(passwords.verify("Ame\u0301lie", await(passwords.hash("Am\u00e9lie")))))
                .isTrue();
    }

    @Test
    @DisplayName("of nobody costs one hash and is wrong")
    void nobody() throws Exception {
        long before = passwords.computed();

        assertThat(await(passwords.verifyNobody("password"))).isFalse();
        assertThat(passwords.computed()).isEqualTo(before + 1);
    }

    @Test
    @DisplayName("that finds the queue full is refused at once")
    void busy() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        threads.execute(() -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        CompletionStage<String> waiting = passwords.hash("waits");

        assertThatThrownBy(() -> await(passwords.hash("refused"))).hasCauseInstanceOf(PasswordsBusyException.class);

        release.countDown();
        assertThat(await(waiting)).startsWith("$argon2id$");
    }

    @Test
    @DisplayName("can't be checked against a damaged hash")
    void damaged() {
        assertThatThrownBy(() -> await(passwords.verify("x", "$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$xx")))
                .hasCauseInstanceOf(IllegalArgumentException.class);
    }
}
