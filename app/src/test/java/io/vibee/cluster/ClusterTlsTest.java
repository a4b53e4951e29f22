package io.vibee.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The encryption between nodes")
class ClusterTlsTest {

    private static final String KEY = "the master key of tests, long enough";
    private static final String OTHER = "another master key of tests, long one";
    private static final String HOST = "10.0.0.7";
    private static final int PORT = 17_355;
    private static final int MOST_ROUNDS = 20;

    private static SSLEngine client(ClusterTls node) {
        return node.createClientSSLEngine(HOST, PORT);
    }

    private static SSLEngine server(ClusterTls node) {
        return node.createServerSSLEngine(HOST, PORT);
    }

    @Test
    @DisplayName("connects nodes that have the same master key")
    void sameKey() throws SSLException {
        SSLEngine client = client(new ClusterTls(KEY, null));
        SSLEngine server = server(new ClusterTls(KEY, null));

        shakeHands(client, server);

        assertThat(client.getSession().getProtocol()).isEqualTo("TLSv1.3");
        assertThat(server.getSession().getPeerCertificates()).hasSize(1);
    }

    @Test
    @DisplayName("refuses a node that has another one")
    void otherKey() {
        assertThatThrownBy(() -> shakeHands(client(new ClusterTls(OTHER, null)), server(new ClusterTls(KEY, null))))
                .isInstanceOf(SSLHandshakeException.class);
        assertThatThrownBy(() -> shakeHands(client(new ClusterTls(KEY, null)), server(new ClusterTls(OTHER, null))))
                .isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    @DisplayName("connects both ways while the master key is rotated")
    void rotation() {
        ClusterTls before = new ClusterTls(KEY, OTHER);
        ClusterTls after = new ClusterTls(OTHER, KEY);

        assertThatCode(() -> shakeHands(client(before), server(after))).doesNotThrowAnyException();
        assertThatCode(() -> shakeHands(client(after), server(before))).doesNotThrowAnyException();
    }

    @Test
    @DisplayName("refuses who shows no certificate")
    void noCertificate() throws GeneralSecurityException {
        SSLContext stranger = SSLContext.getInstance("TLS");
        stranger.init(null, new TrustManager[] {new TrustsAll()}, null);
        SSLEngine client = stranger.createSSLEngine();
        client.setUseClientMode(true);

        assertThatThrownBy(() -> shakeHands(client, server(new ClusterTls(KEY, null))))
                .isInstanceOf(SSLHandshakeException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"AKKA\u0002\u0000\u0000\u0000\u007fxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "GET / HTTP/1.1\r\n\r\n"})
    @DisplayName("refuses what is not TLS at its first bytes")
    void notTls(String sent) throws SSLException {
        SSLEngine server = server(new ClusterTls(KEY, null));
        server.beginHandshake();

        assertThatThrownBy(() ->
                        server.unwrap(ByteBuffer.wrap(sent.getBytes(StandardCharsets.ISO_8859_1)), application(server)))
                .isInstanceOf(SSLException.class);
    }

    @Test
    @DisplayName("speaks no older protocol")
    void olderProtocol() {
        SSLEngine client = client(new ClusterTls(KEY, null));
        client.setEnabledProtocols(new String[] {"TLSv1.2"});

        assertThatThrownBy(() -> shakeHands(client, server(new ClusterTls(KEY, null))))
                .isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    @DisplayName("has a key of its own for each node, and the same authority on all")
    void certificates() {
        ClusterAuthority one = ClusterAuthority.of(KEY);
        ClusterAuthority two = ClusterAuthority.of(KEY);

        assertThat(one.certificate().getPublicKey()).isEqualTo(two.certificate().getPublicKey());
        assertThat(one.issue().certificate().getPublicKey())
                .isNotEqualTo(one.issue().certificate().getPublicKey());
        assertThat(one.certificate().getPublicKey())
                .isNotEqualTo(ClusterAuthority.of(OTHER).certificate().getPublicKey());
    }

    /** Brings bytes from one to the other until both are done. */
    private static void shakeHands(SSLEngine client, SSLEngine server) throws SSLException {
        ByteBuffer toServer = network(client);
        ByteBuffer toClient = network(server);
        client.beginHandshake();
        server.beginHandshake();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            step(client, toClient, toServer);
            step(server, toServer, toClient);
        }
        assertThat(client.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
        assertThat(server.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
    }

    private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            engine.wrap(ByteBuffer.allocate(0), out);
        } else if (in.position() > 0) {
            in.flip();
            engine.unwrap(in, application(engine));
            in.compact();
        }
    }

    private static ByteBuffer network(SSLEngine engine) {
        return ByteBuffer.allocate(4 * engine.getSession().getPacketBufferSize());
    }

    private static ByteBuffer application(SSLEngine engine) {
        return ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
    }

    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
