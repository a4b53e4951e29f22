package io.vibee.persistence.faults;

import io.vibee.persistence.database.DurableServer;
import io.vibee.persistence.database.EmbeddedDatabase;
import io.vibee.persistence.database.Migrations;
import io.vibee.persistence.journal.PersistenceFixture;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** A process of its own, with the database that it starts, that writes and says what was acknowledged until it is killed. */
final class LoadFork implements Client.Observer {

    private static final int ENTITIES = 100;

    // Not System.out: a line must be out of this process when its number counts as acknowledged.
    private final FileOutputStream output = new FileOutputStream(FileDescriptor.out);

    private LoadFork() {}

    public static void main(String[] arguments) throws IOException {
        EmbeddedDatabase database = DurableServer.open(Path.of(arguments[0]));
        Migrations.run(database.url());
        PersistenceFixture fixture = new PersistenceFixture(database.url(), Counter.BINDING);
        LoadFork fork = new LoadFork();
        for (int number = 0; number < ENTITIES; number++) {
            fixture.spawn(Client.create(Counter.TYPE + "|" + number, fork));
        }
        // Until it is killed, or the one who started it is gone.
        int unused = System.in.read();
        fixture.close();
        database.close();
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
