package io.vibee.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.crypto.tink.subtle.Hkdf;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An access token")
class AccessTokensTest {

    private static final String SECRET = "a secret of the tests that is long enough";
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final AccessTokens tokens = at(NOW);

    private static AccessTokens at(Instant time) {
        return new AccessTokens(SECRET, Clock.fixed(time, ZoneOffset.UTC));
    }

    /** A token signed with our own key, but not as we would. */
    private static String forged(JWSAlgorithm algorithm, String type, UnaryOperator<JWTClaimsSet.Builder> change)
            throws Exception {
        byte[] key = Hkdf.computeHkdf(
                "HmacSha256",
                SECRET.getBytes(StandardCharsets.UTF_8),
                new byte[0],
                "vibee access tokens v1".getBytes(StandardCharsets.UTF_8),
                algorithm.equals(JWSAlgorithm.HS256) ? 32 : 64);
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(algorithm).type(new JOSEObjectType(type)).build(),
                change.apply(new JWTClaimsSet.Builder()
                                .issuer("vibee")
                                .audience("vibee-api")
                                .subject("usr_1")
                                .issueTime(Date.from(NOW))
                                .expirationTime(Date.from(NOW.plusSeconds(60)))
                                .claim("ver", 0))
                        .build());
        token.sign(new MACSigner(key));
        return token.serialize();
    }

    @Test
    @DisplayName("says whose it is and of which version")
    void roundTrip() {
        assertThat(tokens.verify(tokens.issue("usr_1", 3, "fam_1"))).contains(new AccessToken("usr_1", 3, "fam_1"));
    }

    @Test
    @DisplayName("that is like ours in all is accepted, so that the refusals below are for their own reasons")
    void like() throws Exception {
        assertThat(tokens.verify(forged(JWSAlgorithm.HS256, "at+jwt", claims -> claims)))
                .isPresent();
    }

    @Test
    @DisplayName("is over after a quarter of an hour")
    void expiry() {
        String token = tokens.issue("usr_1", 0, "fam_1");
        Duration almost = AccessTokens.LIFETIME.minusSeconds(1);

        assertThat(at(NOW.plus(almost)).verify(token)).isPresent();
        assertThat(at(NOW.plus(AccessTokens.LIFETIME)).verify(token)).isEmpty();
    }

    @Test
    @DisplayName("signed with another secret is refused")
    void otherSecret() {
        AccessTokens others =
                new AccessTokens("another secret of the tests, long enough", Clock.fixed(NOW, ZoneOffset.UTC));

        assertThat(tokens.verify(others.issue("usr_1", 0, "fam_1"))).isEmpty();
    }

    @Test
    @DisplayName("that was changed is refused")
    void tampered() {
        String[] parts = tokens.issue("usr_1", 0, "fam_1").split("\\.", -1);
        String[] others = tokens.issue("usr_2", 0, "fam_1").split("\\.", -1);

        assertThat(tokens.verify(parts[0] + "." + others[1] + "." + parts[2])).isEmpty();
        assertThat(tokens.verify(parts[0] + "." + parts[1] + ".")).isEmpty();
        assertThat(tokens.verify(parts[0] + "." + parts[1])).isEmpty();
    }

    @Test
    @DisplayName("without a signature (alg none) is refused")
    void none() {
        String unsigned = new PlainJWT(new JWTClaimsSet.Builder()
                        .issuer("vibee")
                        .audience("vibee-api")
                        .subject("usr_1")
                        .issueTime(Date.from(NOW))
                        .expirationTime(Date.from(NOW.plusSeconds(60)))
                        .claim("ver", 0)
                        .build())
                .serialize();

        assertThat(tokens.verify(unsigned)).isEmpty();
    }

    @Test
    @DisplayName("of another algorithm is refused")
    void otherAlgorithm() throws Exception {
        assertThat(tokens.verify(forged(JWSAlgorithm.HS512, "at+jwt", claims -> claims)))
                .isEmpty();
    }

    @Test
    @DisplayName("of another type is refused")
    void otherType() throws Exception {
        assertThat(tokens.verify(forged(JWSAlgorithm.HS256, "JWT", claims -> claims)))
                .isEmpty();
    }

    @Test
    @DisplayName("of another issuer, for another audience, or without a claim is refused")
    void claims() throws Exception {
        assertThat(tokens.verify(forged(JWSAlgorithm.HS256, "at+jwt", claims -> claims.issuer("other"))))
                .isEmpty();
        assertThat(tokens.verify(forged(JWSAlgorithm.HS256, "at+jwt", claims -> claims.audience("other"))))
                .isEmpty();
        assertThat(tokens.verify(forged(JWSAlgorithm.HS256, "at+jwt", claims -> claims.subject(null))))
                .isEmpty();
        assertThat(tokens.verify(forged(JWSAlgorithm.HS256, "at+jwt", claims -> claims.expirationTime(null))))
                .isEmpty();
        assertThat(tokens.verify(forged(JWSAlgorithm.HS256, "at+jwt", claims -> claims.claim("ver", null))))
                .isEmpty();
        assertThat(tokens.verify(forged(JWSAlgorithm.HS256, "at+jwt", claims -> claims.claim("ver", "x"))))
                .isEmpty();
        assertThat(tokens.verify(forged(
                        JWSAlgorithm.HS256, "at+jwt", claims -> claims.issueTime(Date.from(NOW.plusSeconds(600))))))
                .isEmpty();
    }

    @Test
    @DisplayName("that is none at all is refused")
    void garbage() {
        assertThat(tokens.verify("")).isEmpty();
        assertThat(tokens.verify("a.b.c")).isEmpty();
        assertThat(tokens.verify("x".repeat(100_000))).isEmpty();
    }
}
