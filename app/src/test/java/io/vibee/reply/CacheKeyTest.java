package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.chat.Forbidden;
import io.vibee.reply.Prompt.Role;
import io.vibee.reply.Prompt.Turn;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The key of an answer")
class CacheKeyTest {

    private static final Provider ONE = provider("one", "https://one.test/v1", "m1");
    private static final Provider TWO = provider("two", "https://two.test/v1", "m2");
    private static final List<Provider> CHAIN = List.of(ONE, TWO);
    private static final Turn EARLIER = new Turn(Role.ASSISTANT, null, "Hello");
    private static final Turn QUESTION = new Turn(Role.USER, "Ann", "How are you?");

    private static Provider provider(String name, String url, String model) {
        return new Provider(name, Provider.Format.CHAT_COMPLETIONS, URI.create(url), "key", model);
    }

    private static ReplyRequest request(
            String owner, String language, Set<Forbidden> forbidden, String system, Turn... turns) {
        return new ReplyRequest(
                owner,
                "chat",
                "key",
                "message",
                new Prompt(system, List.of(turns)),
                language,
                false,
                ReplyRequest.Purpose.REPLY,
                forbidden,
                false);
    }

    private static String key(String text) {
        return CacheKey.of(request("ann", "en", Set.of(), "Be brief.", new Turn(Role.USER, null, text)), CHAIN);
    }

    @Test
    @DisplayName("is another when anything is that the answer depends on")
    void all() {
        Set<Forbidden> none = Set.of();
        List<String> keys = new ArrayList<>();
        keys.add(CacheKey.of(request("ann", "en", none, "Be brief.", EARLIER, QUESTION), CHAIN));
        keys.add(CacheKey.of(request("bob", "en", none, "Be brief.", EARLIER, QUESTION), CHAIN));
        keys.add(CacheKey.of(request("ann", "de", none, "Be brief.", EARLIER, QUESTION), CHAIN));
        keys.add(CacheKey.of(request("ann", "en", Set.of(Forbidden.LINKS), "Be brief.", EARLIER, QUESTION), CHAIN));
        keys.add(CacheKey.of(request("ann", "en", Set.of(Forbidden.MENTIONS), "Be brief.", EARLIER, QUESTION), CHAIN));
        keys.add(CacheKey.of(request("ann", "en", none, "Be long.", EARLIER, QUESTION), CHAIN));
        keys.add(CacheKey.of(request("ann", "en", none, "Be brief.", QUESTION), CHAIN));
        keys.add(CacheKey.of(request("ann", "en", none, "Be brief.", EARLIER, EARLIER, QUESTION), CHAIN));
        keys.add(CacheKey.of(
                request("ann", "en", none, "Be brief.", new Turn(Role.USER, null, "Hello"), QUESTION), CHAIN));
        keys.add(CacheKey.of(
                request("ann", "en", none, "Be brief.", EARLIER, new Turn(Role.USER, "Bob", "How are you?")), CHAIN));
        keys.add(CacheKey.of(
                request("ann", "en", none, "Be brief.", EARLIER, new Turn(Role.USER, null, "How are you?")), CHAIN));
        keys.add(CacheKey.of(
                request("ann", "en", none, "Be brief.", EARLIER, new Turn(Role.USER, "", "How are you?")), CHAIN));
        keys.add(CacheKey.of(
                request("ann", "en", none, "Be brief.", EARLIER, new Turn(Role.USER, "Ann", "Who are you?")), CHAIN));
        keys.add(CacheKey.of(request("ann", "en", none, "Be brief.", EARLIER, QUESTION), List.of(TWO, ONE)));
        keys.add(CacheKey.of(request("ann", "en", none, "Be brief.", EARLIER, QUESTION), List.of(ONE)));
        keys.add(CacheKey.of(
                request("ann", "en", none, "Be brief.", EARLIER, QUESTION),
                List.of(ONE, provider("two", "https://two.test/v1", "m3"))));
        keys.add(CacheKey.of(
                request("ann", "en", none, "Be brief.", EARLIER, QUESTION),
                List.of(ONE, provider("two", "https://other.test/v1", "m2"))));

        assertThat(new HashSet<>(keys)).hasSize(keys.size());
    }

    @Test
    @DisplayName("does not depend on which chat and message it is")
    void same() {
        Prompt prompt = new Prompt("Be brief.", List.of(QUESTION));
        assertThat(CacheKey.of(
                        new ReplyRequest(
                                "ann",
                                "chat 1",
                                "key 1",
                                "m1",
                                prompt,
                                "en",
                                false,
                                ReplyRequest.Purpose.REPLY,
                                Set.of(),
                                false),
                        CHAIN))
                .isEqualTo(CacheKey.of(
                        new ReplyRequest(
                                "ann",
                                "chat 2",
                                "key 2",
                                "m2",
                                prompt,
                                "en",
                                false,
                                ReplyRequest.Purpose.REPLY,
                                Set.of(),
                                false),
                        CHAIN));
    }

    @Test
    @DisplayName("keeps apart what would be the same when put together")
    void apart() {
        assertThat(CacheKey.of(
                        request(
                                "ann",
                                "en",
                                Set.of(),
                                "",
                                new Turn(Role.USER, null, "a"),
                                new Turn(Role.USER, null, "b")),
                        CHAIN))
                .isNotEqualTo(CacheKey.of(
                        request("ann", "en", Set.of(), "", new Turn(Role.USER, null, "a4:USER0:0:1:b")), CHAIN));
        assertThat(CacheKey.of(request("ann1:", "en", Set.of(), "", QUESTION), CHAIN))
                .isNotEqualTo(CacheKey.of(request("ann", "1:en", Set.of(), "", QUESTION), CHAIN));
    }

    @ParameterizedTest(name = "{0} as {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    How are you?         | how  are\u00A0you?
                    What's open, please  | what's   open, please
                    Когда вы открыты?    | когда вы  открыты?
                    caf\u00E9 open?      | cafe\u0301 open?
                    ???                  | ???
                    """)
    @DisplayName("is the same for texts that differ in how they were typed:")
    void normalised(String one, String other) {
        assertThat(key(one)).isEqualTo(key(other));
        assertThat(key(" \n" + one + "\t ")).isEqualTo(key(other));
    }

    @ParameterizedTest(name = "{0} and {1}")
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = true, textBlock = """
                    5\u00B2                   | 52
                    \u00BD                    | 1/2
                    1\u00BD                   | 11/2
                    \u2460                    | 1
                    H\u2082O                  | H2O
                    \u2075                    | 5
                    \uFF21                    | A
                    \uFB01ne                  | fine
                    \u2122                    | TM
                    \u2026                    | ...
                    10\u207B\u00B3            | 10-3
                    ?                    | !
                    Open today?          | Open today.
                    Open today?          | Open today
                    Open today!          | Open today
                    Open today?          | Open today??
                    So...                | So
                    5%                   | 5
                    C++                  | C
                    how are you          | how are, you
                    yes                  | yes, no
                    not                  | no t
                    now here             | nowhere
                    pay US               | pay us
                    the Polish table     | the polish table
                    Polish               | polish
                    US orders            | us orders
                    I see                | \u0131 see
                    STOP it              | stop it
                    \u0421 is it           | C is it
                    stra\u00DFe             | strasse
                    \u2764                 | \u2764\uFE0F
                    """)
    @DisplayName("is another for those that mean something else, or may:")
    void different(String one, String other) {
        assertThat(key(one)).isNotEqualTo(key(other));
    }

    @Test
    @DisplayName("keeps the lines of a text, and what they begin with")
    void lines() {
        assertThat(key("if x:\n  y\nz")).isNotEqualTo(key("if x:\n  y\n  z")).isNotEqualTo(key("if x: y z"));
    }

    @Test
    @DisplayName("tells a note of ours from the same words by somebody")
    void notes() {
        Turn last = new Turn(Role.USER, null, "Hi");
        assertThat(CacheKey.of(request("ann", "en", Set.of(), "", Turn.note("[Ann]"), last), CHAIN))
                .isNotEqualTo(CacheKey.of(
                        request("ann", "en", Set.of(), "", new Turn(Role.USER, null, "[Ann]"), last), CHAIN));
    }
}
