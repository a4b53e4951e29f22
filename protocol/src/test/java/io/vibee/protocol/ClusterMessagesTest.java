package io.vibee.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import io.vibee.protocol.session.SessionCommand;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nodes of the last release and of this build are in one cluster while it is updated. So this build reads what that one writes, which the
 * golden files hold, and writes all that they hold, since that one may need it. That one passes over what this build adds.
 */
@DisplayName("What actors on different nodes say")
@Tag("actors")
class ClusterMessagesTest {

    private static final GoldenFiles GOLDEN = new GoldenFiles("/golden/cluster");
    private static final ObjectMapper CBOR = new ObjectMapper(new CBORFactory());
    private static final Serialised SERIALISED = new Serialised();
    private static final Map<String, ClusterMessage> EXAMPLES = ClusterExamples.all(SERIALISED);

    @AfterAll
    static void stop() {
        SERIALISED.close();
    }

    static Stream<String> names() {
        return EXAMPLES.keySet().stream();
    }

    private static ClusterMessage example(String name) {
        return Objects.requireNonNull(EXAMPLES.get(name), name);
    }

    private static JsonNode written(Object message) throws IOException {
        return CBOR.readTree(SERIALISED.write(message));
    }

    /** What lies in a golden file; an error shows what would lie in a missing one. */
    private static byte[] golden(String name) {
        assertThat(GOLDEN.files())
                .as("golden files; the missing one holds %s", HexFormat.of().formatHex(SERIALISED.write(example(name))))
                .contains(name + ".cbor.hex");
        return GOLDEN.cbor(name);
    }

    @ParameterizedTest
    @MethodSource("names")
    @DisplayName("arrives as it was sent")
    void roundTrip(String name) throws IOException {
        ClusterMessage message = example(name);
        Object arrived = SERIALISED.throughBytes(message);

        assertThat(written(arrived)).isEqualTo(written(message));
        if (message.getClass().isRecord()) {
            assertThat(arrived).isEqualTo(message);
        }
    }

    @Test
    @DisplayName("names who waits for the answer")
    void answers() {
        SessionCommand.Identify message =
                new SessionCommand.Identify(SERIALISED.replyTo(SessionCommand.Incarnation.class));

        assertThat(SERIALISED.throughBytes(message)).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("names")
    @DisplayName("is read from the last release's bytes")
    void read(String name) throws IOException {
        Object read = SERIALISED.read(golden(name), example(name), GoldenFiles.manifest(name));

        assertThat(written(read)).isEqualTo(written(example(name)));
    }

    @ParameterizedTest
    @MethodSource("names")
    @DisplayName("has all that the last release reads, under its names")
    void write(String name) throws IOException {
        assertThat(SERIALISED.manifest(example(name))).isEqualTo(GoldenFiles.manifest(name));
        assertHolds(written(example(name)), CBOR.readTree(golden(name)), name);
    }

    @ParameterizedTest
    @MethodSource("names")
    @DisplayName("may hold what a newer node added, at every depth")
    void unknownFields(String name) throws IOException {
        JsonNode tree = CBOR.readTree(golden(name));
        addTo(tree);

        Object read = SERIALISED.read(CBOR.writeValueAsBytes(tree), example(name), GoldenFiles.manifest(name));

        assertThat(written(read)).isEqualTo(written(example(name)));
    }

    @Test
    @DisplayName("has a golden file, whatever it is, and there is no other file")
    void complete() throws IOException, URISyntaxException {
        assertThat(EXAMPLES.keySet().stream().map(GoldenFiles::manifest).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        messages().stream().map(Class::getName).toList());
        assertThat(GOLDEN.files())
                .containsExactlyInAnyOrderElementsOf(
                        names().map(name -> name + ".cbor.hex").toList());
    }

    /** Every class of this module that is said between nodes. */
    private static List<Class<?>> messages() throws IOException, URISyntaxException {
        Path classes = Path.of(ClusterMessage.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString())
                    .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
                    .<Class<?>>map(file -> load(file.substring(0, file.length() - ".class".length())))
                    .filter(type -> ClusterMessage.class.isAssignableFrom(type) && !type.isInterface())
                    .toList();
        }
    }

    private static Class<?> load(String file) {
        try {
            return Class.forName(file.replace('/', '.'), false, ClusterMessage.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(file, e);
        }
    }

    /** Objects may hold more; all else is equal. */
    private static void assertHolds(JsonNode tree, JsonNode expected, String where) {
        if (expected.isObject()) {
            expected.properties().forEach(field -> {
                assertThat(tree.has(field.getKey()))
                        .as("%s has %s", where, field.getKey())
                        .isTrue();
                assertHolds(tree.get(field.getKey()), field.getValue(), where + "." + field.getKey());
            });
        } else if (expected.isArray()) {
            assertThat(tree).as(where).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                assertHolds(tree.get(i), expected.get(i), where + "[" + i + "]");
            }
        } else {
            assertThat(tree).as(where).isEqualTo(expected);
        }
    }

    private static void addTo(JsonNode tree) {
        tree.forEach(ClusterMessagesTest::addTo);
        if (tree instanceof ObjectNode object) {
            object.putObject("added_later").put("by", "a newer version");
        }
    }
}
