package io.vibee.session;

import io.vibee.persistence.keys.KeyDerivation;
import io.vibee.protocol.session.Bot;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where Telegram may post the updates of a session, and how a post shows that it comes from Telegram: by a secret that every node can
 * derive from the master key and the address, so that none has to be looked up. Whoever knows the secret was told the address with it,
 * so what the address says of the bot is true too.
 */
public final class Webhooks {

    /** The first part of every address's path. */
    public static final String ROOT = "telegram";

    private static final int BYTES = 32;

    private final @Nullable URI publicUrl;
    private final List<byte[]> keys;

    /**
     * @param publicUrl how Telegram reaches this service, without a slash at its end; null: not at all
     * @param masterKey of which the secrets are made
     * @param previousMasterKey of which secrets hold that were made before; null: none
     */
    public Webhooks(@Nullable URI publicUrl, String masterKey, @Nullable String previousMasterKey) {
        this.publicUrl = publicUrl;
        this.keys = Stream.concat(Stream.of(masterKey), Stream.ofNullable(previousMasterKey))
                .map(secret -> KeyDerivation.derive(secret, "vibee telegram webhook secrets", BYTES))
                .toList();
    }

    /** Whose updates are posted to an address. */
    public record Address(String sessionId, Bot bot) {

        private static final Pattern USERNAME = Pattern.compile("[A-Za-z0-9_]+");

        /** Its path, which begins with a slash. A name that Telegram's bots don't have stays out of it. */
        String path() {
            String name = USERNAME.matcher(bot.username()).matches() ? "/" + bot.username() : "";
            return "/" + ROOT + "/" + sessionId + "/" + bot.id() + name;
        }
    }

    /** Where Telegram posts; empty when it can't reach this service. */
    Optional<URI> url(Address address) {
        return Optional.ofNullable(publicUrl).map(base -> URI.create(base + address.path()));
    }

    /** Whether Telegram can reach this service. */
    public boolean possible() {
        return publicUrl != null;
    }

    /** Whether a webhook's URL is one of this session's, perhaps from a time when the service had another public one. */
    boolean isOf(String sessionId, String url) {
        return url.contains("/" + ROOT + "/" + sessionId + "/");
    }

    /** What Telegram is to send with each post to an address: 43 of A-Z a-z 0-9 _ -. */
    String secret(Address address) {
        return secret(keys.getFirst(), address);
    }

    /** Whether this is the secret of the address. Takes the same time whether it is or not. */
    public boolean isSecret(Address address, String given) {
        byte[] said = given.getBytes(StandardCharsets.UTF_8);
        boolean known = false;
        for (byte[] key : keys) {
            known |= MessageDigest.isEqual(secret(key, address).getBytes(StandardCharsets.UTF_8), said);
        }
        return known;
    }

    private static String secret(byte[] key, Address address) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(KeyDerivation.derive(key, address.path(), BYTES));
    }
}
