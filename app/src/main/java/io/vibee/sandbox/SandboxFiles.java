package io.vibee.sandbox;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** The files of the simulated Telegram. It forgets the oldest when all together have more than 100 MB. */
final class SandboxFiles {
    /** The sizes of a photo share one file, as {@link Media} names them. */
    private static final Pattern SIZE = Pattern.compile("(?<=\\d)-\\d+$");

    private static final long MAX_BYTES = 100L * 1024 * 1024;

    /**
     * A file.
     *
     * @param path below the address from which bots download files
     */
    record Stored(String id, String path, ByteString content) {
        /** The same in every bot's eyes, where the id need not be. */
        String uniqueId() {
            return "unique-" + id;
        }
    }

    private final Map<String, Stored> byId = new LinkedHashMap<>();
    private long bytes;
    private long count;

    synchronized Stored put(String folder, String extension, ByteString content) {
        long number = ++count;
        var stored =
                new Stored("sandbox-" + folder + "-" + number, folder + "/file_" + number + "." + extension, content);
        byId.put(stored.id(), stored);
        bytes += content.size();
        for (Iterator<Stored> oldest = byId.values().iterator(); bytes > MAX_BYTES; ) {
            bytes -= oldest.next().content().size();
            oldest.remove();
        }
        return stored;
    }

    /** The file with this id, or of which this is the id of one size. */
    synchronized @Nullable Stored find(String id) {
        return byId.get(SIZE.matcher(id).replaceFirst(""));
    }

    synchronized @Nullable Stored at(String path) {
        return byId.values().stream()
                .filter(stored -> stored.path().equals(path))
                .findAny()
                .orElse(null);
    }
}
