package io.vibee.cluster;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;
import org.apache.pekko.actor.setup.Setup;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import org.apache.pekko.remote.artery.tcp.SSLEngineProviderSetup;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Lets nodes that have the master key talk to each other, and nobody else: TLS 1.3, where both ends show a certificate that the master key's
 * {@link ClusterAuthority} issued. Who has the key is trusted whatever its address, so names are not compared. Safe for all threads.
 */
public final class ClusterTls implements SSLEngineProvider {

    private static final String[] PROTOCOLS = {"TLSv1.3"};

    private final String masterKey;
    private final @Nullable String previousMasterKey;
    /* Made when the first connection comes: a node that is alone starts without it. */
    private @Nullable SSLContext context;

    ClusterTls(String masterKey, @Nullable String previousMasterKey) {
        this.masterKey = masterKey;
        this.previousMasterKey = previousMasterKey;
    }

    /**
     * Gives it to an actor system whose remoting is {@code tls-tcp}.
     *
     * @param masterKey whose certificate this node shows
     * @param previousMasterKey another one whose nodes are trusted, while keys are rotated; null: none
     */
    public static Setup setup(String masterKey, @Nullable String previousMasterKey) {
        return SSLEngineProviderSetup.create(system -> new ClusterTls(masterKey, previousMasterKey));
    }

    @Override
    public SSLEngine createServerSSLEngine(String hostname, int port) {
        SSLEngine engine = engine();
        engine.setUseClientMode(false);
        engine.setNeedClientAuth(true);
        return engine;
    }

    @Override
    public SSLEngine createClientSSLEngine(String hostname, int port) {
        SSLEngine engine = engine();
        engine.setUseClientMode(true);
        return engine;
    }

    @Override
    public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
        return Option.empty();
    }

    @Override
    public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
        return Option.empty();
    }

    private SSLEngine engine() {
        SSLEngine engine = context().createSSLEngine();
        engine.setEnabledProtocols(PROTOCOLS);
        return engine;
    }

    private synchronized SSLContext context() {
        SSLContext current = context;
        if (current == null) {
            current = create();
            context = current;
        }
        return current;
    }

    private SSLContext create() {
        ClusterAuthority own = ClusterAuthority.of(masterKey);
        List<X509Certificate> trusted = Stream.concat(
                        Stream.of(own), Stream.ofNullable(previousMasterKey).map(ClusterAuthority::of))
                .map(ClusterAuthority::certificate)
                .toList();
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(identity(own.issue()), new char[0]);
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(authorities(trusted));
            SSLContext made = SSLContext.getInstance("TLS");
            made.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return made;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("TLS between nodes can't be set up", e);
        }
    }

    private static KeyStore identity(ClusterAuthority.Identity identity) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        store.setKeyEntry("node", identity.key(), new char[0], new X509Certificate[] {identity.certificate()});
        return store;
    }

    private static KeyStore authorities(List<X509Certificate> trusted) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        for (int i = 0; i < trusted.size(); i++) {
            store.setCertificateEntry("authority " + i, trusted.get(i));
        }
        return store;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
