package io.vibee.persistence.embedded;

import java.nio.file.Path;

/** Another process uses this data directory. The message is one line for the person who started the second process. */
public final class DatabaseLockedException extends IllegalStateException {

    DatabaseLockedException(Path directory) {
        super("data directory " + directory + " is in use by another process (expected: one process per directory)");
    }
}
