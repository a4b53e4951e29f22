package io.vibee.boot;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between a service and PostgreSQL, passes everything on, and counts what the service asks for, by the messages of the protocol
 * (version 3, "Message Formats" in PostgreSQL's manual). The server is asked without TLS.
 */
final class CountingRelay implements AutoCloseable {

    private static final int SSL_REQUEST = 80877103;
    private static final int LARGEST_MESSAGE = 1 << 26;

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private final AtomicLong statements = new AtomicLong();
    private final AtomicLong roundTrips = new AtomicLong();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /**
     * Begins to listen on a free port of 127.0.0.1.
     *
     * @param target PostgreSQL's port there
     */
    CountingRelay(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** How many statements were carried out, those that begin and end transactions with them. */
    long statements() {
        return statements.get();
    }

    /** How often the service waited for the server. */
    long roundTrips() {
        return roundTrips.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Socket database = new Socket(InetAddress.getLoopbackAddress(), target);
                client.setTcpNoDelay(true);
                database.setTcpNoDelay(true);
                sockets.add(client);
                sockets.add(database);
                Thread.ofVirtual().start(() -> relay(client, database, CountingRelay.this::count));
                Thread.ofVirtual().start(() -> relay(database, client, InputStream::transferTo));
            } catch (IOException closed) {
                // The next look says whether to go on.
            }
        }
    }

    private interface Way {
        void pass(InputStream in, OutputStream out) throws IOException;
    }

    private void relay(Socket from, Socket to, Way way) {
        try (from;
                to) {
            way.pass(from.getInputStream(), to.getOutputStream());
        } catch (IOException over) {
            // One side has ended the connection, so both ends are closed.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private void count(InputStream from, OutputStream to) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(from));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(to));
        boolean started = false;
        while (true) {
            int type = started ? in.readUnsignedByte() : 0;
            int length = in.readInt();
            if (length < 4 || length > LARGEST_MESSAGE) {
                throw new IOException("a message of " + length + " bytes");
            }
            byte[] body = in.readNBytes(length - 4);
            if (started) {
                out.writeByte(type);
            }
            out.writeInt(length);
            out.write(body);
            if (in.available() == 0) {
                out.flush();
            }
            switch (type) {
                case 'E' -> statements.incrementAndGet();
                case 'S' -> roundTrips.incrementAndGet();
                case 'Q' -> {
                    statements.incrementAndGet();
                    roundTrips.incrementAndGet();
                }
                default -> {}
            }
            started |= !(length == 8 && ByteBuffer.wrap(body).getInt() == SSL_REQUEST);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
