package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vibee.protocol.chat.ChatCommand.Place;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.session.BusinessLink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An update may lie parked while nodes are updated, so its form is stored like an event's: golden files are added and never changed. */
@DisplayName("A parked update")
class ParkedUpdateTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");
    private static final Place GROUP = new Place(-1001, ChatType.SUPERGROUP, "Friends");
    private static final Place PRIVATE = new Place(7, ChatType.PRIVATE, null);
    private static final Incoming.Person ANN = new Incoming.Person(7, "Ann", false, "en");
    private static final Incoming.Body PHOTO = new Incoming.Body("photo", "AgACAgIAAx", "a cat");

    private static final Map<String, Route.Keepable> EXAMPLES = Map.of(
            "message",
            new Route.Routed(
                    PRIVATE, new Incoming.Message(17, ANN, false, new Incoming.Body("text", null, "hello"), null, AT)),
            "message+quoting",
            new Route.Routed(
                    GROUP,
                    new Incoming.Message(
                            18,
                            ANN,
                            false,
                            PHOTO,
                            5,
                            AT,
                            new Incoming.Quoted(16L, "the cat", "Bob", false, true),
                            Incoming.Audience.BOT,
                            Incoming.Hand.OTHERS)),
            "edit",
            new Route.Routed(GROUP, new Incoming.Edit(17, PHOTO, AT)),
            "deletion",
            new Route.Routed(PRIVATE, new Incoming.Deletion(List.of(17L, 18L))),
            "membership",
            new Route.Routed(GROUP, new Incoming.Membership("kicked", false, AT)),
            "operator+person",
            new Route.ForOperator(new OperatorUpdate.OfPerson("bc_1", PRIVATE, new Incoming.Edit(17, PHOTO, AT))),
            "operator+connection",
            new Route.ForOperator(
                    new OperatorUpdate.OfConnection(new BusinessLink("bc_1", 7, 7, true, true, false), ANN, AT)),
            "operator+written",
            new Route.ForOperator(new OperatorUpdate.Written(ANN, 17, "/status", 16L)),
            "operator+pressed",
            new Route.ForOperator(new OperatorUpdate.Pressed(ANN, "q1", "d:s:cht_1:out1", 16L)),
            "operator+managed",
            new Route.ForOperator(new OperatorUpdate.Managed(ANN, 8, "twin_bot")));

    static Stream<String> names() {
        return EXAMPLES.keySet().stream();
    }

    private static Route.Keepable example(String name) {
        return Objects.requireNonNull(EXAMPLES.get(name));
    }

    private static String golden(String name) throws IOException {
        try (var in = ParkedUpdateTest.class.getResourceAsStream("/golden/parked/" + name + ".json")) {
            return new String(
                    Objects.requireNonNull(in, () -> "no golden file; it holds " + ParkedUpdate.toJson(example(name)))
                            .readAllBytes(),
                    StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    @DisplayName("is read from the bytes of its first version, and written in the same form")
    void form(String name) throws IOException {
        assertThat(ParkedUpdate.fromJson(golden(name))).isEqualTo(example(name));
        assertThat(JSON.readTree(ParkedUpdate.toJson(example(name)))).isEqualTo(JSON.readTree(golden(name)));
    }

    @Test
    @DisplayName("from before messages told what they refer to, whom they are for and whose hand wrote them is read")
    void first() throws IOException {
        String without = golden("message").replace(",\"quoted\":null,\"audience\":\"ANYONE\",\"hand\":\"OTHERS\"", "");

        assertThat(without).doesNotContain("quoted", "audience", "hand");
        assertThat(ParkedUpdate.fromJson(without)).isEqualTo(example("message"));
    }

    @Test
    @DisplayName("has a golden file, whatever it says")
    void complete() {
        assertThat(EXAMPLES.values().stream()
                        .filter(Route.Routed.class::isInstance)
                        .<Class<?>>map(
                                routed -> ((Route.Routed) routed).incoming().getClass()))
                .contains(Incoming.class.getPermittedSubclasses());
        assertThat(EXAMPLES.values().stream()
                        .filter(Route.ForOperator.class::isInstance)
                        .<Class<?>>map(
                                update -> ((Route.ForOperator) update).update().getClass()))
                .contains(OperatorUpdate.class.getPermittedSubclasses());
    }
}
