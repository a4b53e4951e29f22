package io.vibee.account;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.vibee.persistence.keys.KeyDerivation;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Issues and checks access tokens (RFC 9068 in form): HS256 and nothing else, with {@code typ} at+jwt, issuer, audience and expiry. A token
 * that fails any check is simply not valid; nobody learns why.
 */
public final class AccessTokens {

    /** How long a token is valid. */
    public static final Duration LIFETIME = Duration.ofMinutes(15);

    private static final String ISSUER = "vibee";
    private static final String AUDIENCE = "vibee-api";
    private static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");
    private static final JWSHeader HEADER =
            new JWSHeader.Builder(JWSAlgorithm.HS256).type(TYPE).build();
    private static final int LONGEST = 1024;
    /** Clocks of two nodes may differ by this much. */
    private static final Duration LEEWAY = Duration.ofSeconds(5);

    private final JWSSigner signer;
    private final JWSVerifier verifier;
    private final Clock clock;

    /**
     * @param secret 32 or more characters; the key is derived from it (HKDF-SHA-256, RFC 5869)
     */
    public AccessTokens(String secret, Clock clock) {
        try {
            byte[] key = KeyDerivation.derive(secret, "vibee access tokens v1", 32);
            this.signer = new MACSigner(key);
            this.verifier = new MACVerifier(key);
        } catch (JOSEException e) {
            throw new IllegalStateException("the key for access tokens can't be derived", e);
        }
        this.clock = clock;
    }

    /**
     * @param family the sign-in whose end also ends this token
     */
    public String issue(String userId, int version, String family) {
        Instant now = clock.instant();
        SignedJWT token = new SignedJWT(
                HEADER,
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .audience(AUDIENCE)
                        .subject(userId)
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plus(LIFETIME)))
                        .jwtID(UUID.randomUUID().toString())
                        .claim("ver", version)
                        .claim("fam", family)
                        .build());
        try {
            token.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("an access token can't be signed", e);
        }
        return token.serialize();
    }

    /** The token's content; empty when it is not a valid one of ours. */
    public Optional<AccessToken> verify(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            SignedJWT token = SignedJWT.parse(text);
            if (!JWSAlgorithm.HS256.equals(token.getHeader().getAlgorithm())
                    || !TYPE.equals(token.getHeader().getType())
                    || !token.verify(verifier)) {
                return Optional.empty();
            }
            return claims(token.getJWTClaimsSet());
        } catch (ParseException | JOSEException | IllegalArgumentException | IllegalStateException e) {
            return Optional.empty();
        }
    }

    private Optional<AccessToken> claims(JWTClaimsSet claims) throws ParseException {
        Instant now = clock.instant();
        String subject = claims.getSubject();
        Integer version = claims.getIntegerClaim("ver");
        Date issued = claims.getIssueTime();
        Date expires = claims.getExpirationTime();
        if (!ISSUER.equals(claims.getIssuer())
                || !List.of(AUDIENCE).equals(claims.getAudience())
                || subject == null
                || version == null
                || issued == null
                || expires == null
                || issued.toInstant().isAfter(now.plus(LEEWAY))
                || !expires.toInstant().isAfter(now)) {
            return Optional.empty();
        }
        return Optional.of(new AccessToken(subject, version, claims.getStringClaim("fam")));
    }
}
