package io.vibee.protocol;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The bytes that earlier versions wrote: JSON of events, and CBOR of snapshots and of what nodes say to each other as hex. */
public final class GoldenFiles {

    private static final String JSON = ".json";
    private static final String CBOR = ".cbor.hex";

    private final String folder;

    /** Those in a folder of the class path. */
    public GoldenFiles(String folder) {
        this.folder = folder;
    }

    /** The names of all of them, with their endings. */
    public Set<String> files() {
        URL found = Objects.requireNonNull(GoldenFiles.class.getResource(folder), folder);
        try (Stream<Path> files = Files.list(Path.of(found.toURI()))) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    public byte[] json(String name) {
        return bytes(name + JSON);
    }

    public byte[] cbor(String name) {
        return HexFormat.of().parseHex(new String(bytes(name + CBOR), StandardCharsets.US_ASCII).strip());
    }

    public static boolean isJson(String file) {
        return file.endsWith(JSON);
    }

    /** A file's name without its ending. */
    public static String name(String file) {
        return file.substring(0, file.length() - (isJson(file) ? JSON : CBOR).length());
    }

    /** What is written beside the bytes; after a {@code +} a name says which variant it is. */
    public static String manifest(String name) {
        int variant = name.indexOf('+');
        return variant < 0 ? name : name.substring(0, variant);
    }

    private byte[] bytes(String file) {
        try (var in = GoldenFiles.class.getResourceAsStream(folder + "/" + file)) {
            return Objects.requireNonNull(in, () -> "no golden file " + file).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
