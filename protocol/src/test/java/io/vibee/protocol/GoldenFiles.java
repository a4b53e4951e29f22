package io.vibee.protocol.stored;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The bytes that earlier versions stored: JSON of events, and CBOR of snapshots as hex. They are added to and never changed. */
final class GoldenFiles {

    private static final String FOLDER = "/golden/v1";
    private static final String JSON = ".json";
    private static final String CBOR = ".cbor.hex";

    private GoldenFiles() {}

    static Set<String> names() {
        URL folder = Objects.requireNonNull(GoldenFiles.class.getResource(FOLDER), FOLDER);
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] event(String name) {
        return bytes(name + JSON);
    }

    static byte[] state(String name) {
        return HexFormat.of()
                .parseHex(new String(bytes(name + CBOR), java.nio.charset.StandardCharsets.US_ASCII).strip());
    }

    static boolean isEvent(String file) {
        return file.endsWith(JSON);
    }

    /** A file's name without its ending. */
    static String name(String file) {
        return file.substring(0, file.length() - (isEvent(file) ? JSON : CBOR).length());
    }

    /** What the journal says beside the bytes. */
    static String manifest(String name) {
        int variant = name.indexOf('+');
        return variant < 0 ? name : name.substring(0, variant);
    }

    private static byte[] bytes(String file) {
        try (var in = GoldenFiles.class.getResourceAsStream(FOLDER + "/" + file)) {
            return Objects.requireNonNull(in, () -> "no golden file " + file).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
