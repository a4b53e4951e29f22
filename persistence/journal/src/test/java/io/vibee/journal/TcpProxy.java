package io.vibee.journal;

import io.vibee.journal.database.DatabaseUrl;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between a client and a server on this machine. It can be cut like a cable, and it can fall silent: connections stay
 * open, and nothing comes through.
 */
public final class TcpProxy implements AutoCloseable {

    private final ServerSocket listener;
    private volatile int target;
    private final Set<Link> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean cut;
    private volatile Duration delay = Duration.ZERO;
    private boolean silent;

    public TcpProxy(int target) {
        this(0, target);
    }

    /** On a given port. */
    public TcpProxy(int port, int target) {
        this.target = target;
        try {
            this.listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** The database as it is seen through this. */
    public DatabaseUrl url(DatabaseUrl direct) {
        return new DatabaseUrl(
                "127.0.0.1",
                port(),
                direct.database(),
                direct.user(),
                direct.password(),
                direct.sslMode(),
                direct.sslRootCertificate());
    }

    /** How many connections it has taken so far. */
    public int accepted() {
        return accepted.get();
    }

    /** Breaks every connection and takes no new ones. */
    public void cut() {
        cut = true;
        open.forEach(Link::close);
        wake();
    }

    /** New connections go to another server. */
    public void switchTo(int other) {
        target = other;
    }

    public void restore() {
        cut = false;
    }

    /** Breaks every connection that is open now; new ones are taken. */
    public void drop() {
        open.forEach(Link::close);
        wake();
    }

    /** From now on what comes through takes so long, each way. */
    public void slow(Duration eachWay) {
        delay = eachWay;
    }

    /** Forwards nothing any more, of open connections and of new ones, until {@link #speak}. */
    public synchronized void silence() {
        silent = true;
    }

    /** Forwards again, also what was held back; connections that were silenced for ever stay so. */
    public synchronized void speak() {
        silent = false;
        notifyAll();
    }

    /** Forwards nothing any more of the connections that are open now, as a firewall does that has forgotten them. */
    public synchronized void silenceOpenForEver() {
        open.forEach(link -> link.forgotten = true);
    }

    @Override
    public void close() {
        cut();
        closeQuietly(listener);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (cut) {
                    closeQuietly(client);
                    continue;
                }
                connect(client);
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void connect(Socket client) {
        Socket server;
        try {
            server = new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (IOException e) {
            // The server is not there, and the client is to see that.
            closeQuietly(client);
            return;
        }
        Link link = new Link(client, server);
        open.add(link);
        accepted.incrementAndGet();
        if (cut) {
            cut();
        }
        Thread.ofVirtual().start(() -> pump(link, client, server));
        Thread.ofVirtual().start(() -> pump(link, server, client));
    }

    private void pump(Link link, Socket from, Socket to) {
        byte[] buffer = new byte[16 * 1024];
        try (link) {
            InputStream input = from.getInputStream();
            OutputStream output = to.getOutputStream();
            int length = input.read(buffer);
            while (length >= 0 && awaitSpeech(link)) {
                LockSupport.parkNanos(delay.toNanos());
                output.write(buffer, 0, length);
                length = input.read(buffer);
            }
            // Also the end of a connection is not told while silent.
            awaitSpeech(link);
        } catch (IOException e) {
            // The end of a connection, which is what this is for.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(link);
        }
    }

    /** Whether the link is still to be used. */
    private synchronized boolean awaitSpeech(Link link) throws InterruptedException {
        while ((silent || link.forgotten) && !link.closed) {
            wait();
        }
        return !link.closed;
    }

    private synchronized void wake() {
        notifyAll();
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            // It is closed, or as good as.
        }
    }

    private static final class Link implements AutoCloseable {

        private final Socket client;
        private final Socket server;
        private volatile boolean forgotten;
        private volatile boolean closed;

        Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        @Override
        public void close() {
            closed = true;
            closeQuietly(client);
            closeQuietly(server);
        }
    }
}
