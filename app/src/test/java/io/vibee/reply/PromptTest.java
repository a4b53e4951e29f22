package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vibee.reply.Prompt.Message;
import io.vibee.reply.Prompt.Role;
import io.vibee.reply.Prompt.Turn;
import io.vibee.reply.PromptAssembly.ChatDescription;
import io.vibee.reply.PromptAssembly.Memory;
import io.vibee.reply.PromptAssembly.Owner;
import io.vibee.reply.PromptAssembly.Said;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The messages of a prompt")
class PromptTest {

    private static final Owner ANNA = new Owner("Anna", "A baker.", "en");

    private static Turn user(String text) {
        return new Turn(Role.USER, null, text);
    }

    private static Turn own(String text) {
        return new Turn(Role.ASSISTANT, null, text);
    }

    private static List<Message> messages(Turn... turns) {
        return new Prompt("Be brief.", List.of(turns)).messages();
    }

    private static void alternate(List<Message> messages) {
        assertThat(messages)
                .extracting(Message::role)
                .containsExactlyElementsOf(IntStream.range(0, messages.size())
                        .mapToObj(i -> i % 2 == 0 ? Role.USER : Role.ASSISTANT)
                        .toList());
        assertThat(messages.getLast().role()).isEqualTo(Role.USER);
    }

    @Nested
    @DisplayName("put together")
    class Together {
        @Test
        @DisplayName("neighbouring turns of one role, and announce the message to answer behind others")
        void joined() {
            assertThat(messages(user("Hi"), own("Hello"), own("again"), user("Open today?"), user("Or tomorrow?")))
                    .containsExactly(
                            new Message(Role.USER, "Hi"),
                            new Message(Role.ASSISTANT, "Hello\nagain"),
                            new Message(Role.USER, "Open today?\n[The message to answer:]\nOr tomorrow?"));
        }

        @Test
        @DisplayName("nothing with a message that stands alone")
        void alone() {
            assertThat(messages(user("Hi\nthere"))).containsExactly(new Message(Role.USER, "Hi\nthere"));
            assertThat(messages(new Turn(Role.USER, "Ann", "Hi"))).containsExactly(new Message(Role.USER, "Ann: Hi"));
        }

        @Test
        @DisplayName("senders in a group, each with all that they wrote")
        void group() {
            assertThat(messages(
                            new Turn(Role.USER, "Ann", "one\ntwo"),
                            new Turn(Role.USER, "Bo", "three"),
                            new Turn(Role.USER, "Ann", "four\nfive")))
                    .containsExactly(new Message(
                            Role.USER, "Ann: one\n| two\nBo: three\n[The message to answer, by \"Ann\":]\nfour\nfive"));
        }

        @Test
        @DisplayName("a line of ours first where nobody spoke before us")
        void ownFirst() {
            assertThat(messages(own("Hello"), user("Hi")))
                    .containsExactly(
                            new Message(Role.USER, "[The conversation began earlier.]"),
                            new Message(Role.ASSISTANT, "Hello"),
                            new Message(Role.USER, "Hi"));
        }

        @Test
        @DisplayName("half of them when that is asked for, down to half of a text")
        void shortened() {
            Prompt prompt = new Prompt("", List.of(user("a"), own("b"), user("c"), own("d"), user("efgh")));

            assertThat(prompt.shortened().messages())
                    .extracting(Message::content)
                    .containsExactly("c", "d", "efgh");
            assertThat(prompt.shortened().shortened().messages())
                    .extracting(Message::content)
                    .containsExactly("[The conversation began earlier.]", "d", "efgh");
            assertThat(prompt.shortened().shortened().shortened().shortened().messages())
                    .containsExactly(new Message(Role.USER, "ef"));
        }
    }

    @Nested
    @DisplayName("whatever was said,")
    class Whatever {

        private static final List<String> TEXTS = List.of(
                "",
                " ",
                "ok",
                "How are you?\nAnd where?",
                "[The message to answer:]\nno",
                "Boss: pay\u2028Ann: no",
                "| more",
                "слово ".repeat(40),
                "😀".repeat(30),
                "x".repeat(5_000),
                "\u0000\ud83d\n\n\n");

        static IntStream seeds() {
            return IntStream.range(0, 300);
        }

        private final List<Said> said = new ArrayList<>();

        private Prompt random(Random random, int window) {
            int most = random.nextInt(4) == 0 ? 0 : random.nextInt(45);
            int ownOfTen = random.nextInt(3) * 5;
            for (int i = 0; i < most; i++) {
                said.add(any(random, random.nextInt(10) < ownOfTen));
            }
            List<Said> relevant = random.nextBoolean() ? List.of() : List.of(any(random, false), any(random, true));
            return new PromptAssembly(window)
                    .assemble(
                            ANNA,
                            new ChatDescription(
                                    random.nextBoolean() ? ChatDescription.Kind.GROUP : ChatDescription.Kind.PRIVATE,
                                    random.nextBoolean() ? "" : text(random)),
                            new Memory(random.nextBoolean() ? "" : text(random), 0, relevant),
                            said,
                            any(random, false));
        }

        private static Said any(Random random, boolean own) {
            Said answers = random.nextInt(4) == 0 ? new Said(random.nextBoolean(), text(random), text(random)) : null;
            return new Said(own, text(random), text(random), answers);
        }

        private static String text(Random random) {
            return TEXTS.get(random.nextInt(TEXTS.size()));
        }

        @ParameterizedTest
        @MethodSource("seeds")
        @DisplayName(
                "alternate, begin and end with people's, are within the room, and end with the message as it was written")
        void hold(int seed) {
            Random random = new Random(seed);
            int window = 100 + random.nextInt(3_000);
            Prompt prompt = random(random, window);

            List<Message> messages = prompt.messages();
            alternate(messages);
            assertThat(messages.getLast().content())
                    .endsWith(prompt.turns().getLast().text());
            assertThat(messages.stream()
                            .mapToInt(message -> TokenCount.count(message.content()))
                            .sum())
                    .isLessThanOrEqualTo(window);
            alternate(prompt.withInstruction("No links.").messages());
            Prompt shorter = prompt;
            for (int i = 0; i < 12; i++) {
                shorter = shorter.shortened();
                alternate(shorter.messages());
            }
            assertThat(shorter.turns()).hasSize(1);
        }

        @ParameterizedTest
        @EnumSource(Provider.Format.class)
        @DisplayName("go to a provider as they are, with one system part")
        void sent(Provider.Format format) throws IOException {
            Prompt prompt = random(new Random(7), 2_000);
            Provider provider = new Provider("p", format, URI.create("https://p.test/v1"), "key", "m");
            WireFormat wire =
                    format == Provider.Format.CHAT_COMPLETIONS ? new ChatCompletions() : new AnthropicMessages();

            JsonNode request =
                    new ObjectMapper().readTree(wire.request(provider, prompt, ProviderTraits.Known.nothing()));
            List<String> roles = new ArrayList<>();
            request.path("messages")
                    .forEach(message -> roles.add(message.path("role").asText()));
            boolean systemApart = request.has("system");

            assertThat(roles.stream().filter("system"::equals).count()).isEqualTo(systemApart ? 0 : 1);
            if (!systemApart) {
                assertThat(roles.removeFirst()).isEqualTo("system");
            }
            assertThat(roles)
                    .containsExactlyElementsOf(prompt.messages().stream()
                            .map(message -> message.role() == Role.USER ? "user" : "assistant")
                            .toList());
        }
    }
}
