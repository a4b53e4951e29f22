package io.vibee.journal.faults;

import io.vibee.journal.PersistenceFixture;
import io.vibee.journal.database.DatabaseUrl;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/** A process of its own that writes and says what was acknowledged until it is killed. */
final class LoadFork implements Client.Observer {

    private static final int ENTITIES = 100;

    // Not System.out: a line must be out of this process when its number counts as acknowledged.
    private final FileOutputStream output = new FileOutputStream(FileDescriptor.out);

    private LoadFork() {}

    public static void main(String[] arguments) throws IOException {
        PersistenceFixture fixture = new PersistenceFixture(DatabaseUrl.parse(arguments[0]), Counter.BINDING);
        LoadFork fork = new LoadFork();
        for (int number = 0; number < ENTITIES; number++) {
            fixture.spawn(Client.create(Counter.TYPE + "|" + number, fork));
        }
        // Until it is killed, or the one who started it is gone.
        int unused = System.in.read();
        fixture.close();
        System.exit(0);
    }

    @Override
    public LongConsumer acknowledged(String persistenceId) {
        return number -> say(persistenceId + " " + number);
    }

    @Override
    public void failed(String persistenceId) {
        say(persistenceId + " failed");
    }

    private synchronized void say(String line) {
        try {
            output.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
