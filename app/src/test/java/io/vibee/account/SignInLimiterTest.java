package io.vibee.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.account.SignInTry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The limit of sign-ins under a name")
class SignInLimiterTest {

    private final SignInLimiter limiter = new SignInLimiter(SignInLimiter.MOST_REMEMBERED);

    private static SignInTry from(String name, String address, boolean known) {
        try {
            SignInClient client = SignInClient.of(
                    InetAddress.getByAddress(InetAddress.getByName(address).getAddress()));
            return new SignInTry(name, client.address(), client.network(), known);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private int passed(String name, int tries, java.util.function.IntFunction<String> address) {
        int passed = 0;
        for (int i = 0; i < tries; i++) {
            if (limiter.refusal(from(name, address.apply(i), false)).isEmpty()) {
                passed++;
            }
        }
        return passed;
    }

    @Test
    @DisplayName("holds for all addresses together, and says when the next try may be made")
    void ofName() {
        assertThat(passed("ann", 200, i -> "10." + i + ".0.1")).isEqualTo(SignInLimiter.TRIES_OF_NAME);

        assertThat(limiter.refusal(from("ann", "172.16.0.1", false)))
                .hasValueSatisfying(wait -> assertThat(wait).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20)));
        assertThat(limiter.refusal(from("bob", "172.16.0.1", false))).isEmpty();
    }

    @Test
    @DisplayName("never keeps an owner out at an address from which he signed in before")
    void owner() {
        passed("ann", 200, i -> "10.0.0." + i);

        for (int i = 0; i < SignInLimiter.TRIES_OF_ADDRESS; i++) {
            assertThat(limiter.refusal(from("ann", "10.0.0.7", true))).isEmpty();
        }
        assertThat(limiter.refusal(from("ann", "10.0.0.7", true))).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.%d, 200", "2001:db8:1:%d::5, 200"})
    @DisplayName("leaves one network only its part of it")
    void ofNetwork(String addresses, int tries) {
        assertThat(passed("ann", tries, addresses::formatted)).isEqualTo(SignInLimiter.TRIES_OF_NETWORK);

        assertThat(limiter.refusal(from("ann", "192.168.0.1", false))).isEmpty();
    }

    @Test
    @DisplayName("does not count what succeeds")
    void succeeded() {
        for (int i = 0; i < 100; i++) {
            assertThat(limiter.refusal(from("ann", "10.0.0.1", false))).isEmpty();
            limiter.giveBack(from("ann", "10.0.0.1", false));
            assertThat(limiter.refusal(from("ann", "10.0.0.1", true))).isEmpty();
            limiter.giveBack(from("ann", "10.0.0.1", true));
        }
    }
}
