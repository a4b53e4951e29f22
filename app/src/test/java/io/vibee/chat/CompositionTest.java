package io.vibee.chat;

import static io.vibee.chat.Examples.AT;
import static io.vibee.chat.Examples.CHAT;
import static io.vibee.chat.Examples.KEY;
import static io.vibee.chat.Examples.answered;
import static io.vibee.chat.Examples.clear;
import static io.vibee.chat.Examples.head;
import static io.vibee.chat.Examples.opened;
import static io.vibee.chat.Examples.received;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.vibee.chat.Composition.Result;
import io.vibee.persistence.keys.TestKeys;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.DeadLettered;
import io.vibee.protocol.chat.ChatEvent.NotAnswered;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.chat.Forbidden;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.Sender;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.protocol.session.TextEntity;
import io.vibee.reply.PredefinedAnswers;
import io.vibee.reply.Prompt;
import io.vibee.reply.PromptAssembly;
import io.vibee.reply.ReplyOutcome;
import io.vibee.reply.ReplyRequest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A composition")
class CompositionTest {

    private static final PromptAssembly PROMPTS = new PromptAssembly(PromptAssembly.DEFAULT_WINDOW);
    private static final PredefinedAnswers PREDEFINED = PredefinedAnswers.load();
    private static final GrantReply.Granted GRANTED = new GrantReply.Granted("A baker.", null, false, false);

    private final Composition composition = new Composition(CHAT, KEY, PROMPTS, PREDEFINED);

    private static Optional<ReplyRequest> request(
            Composition composition, ChatState state, Pending pending, GrantReply.Granted granted) {
        ChatState.Profile profile = Objects.requireNonNull(state.profile());
        return composition.request(
                state, profile, pending, granted, composition.conversation(state, profile, pending), List.of());
    }

    private static ReplyRequest request(Composition composition, ChatState state, Pending pending) {
        return request(composition, state, pending, GRANTED).orElseThrow();
    }

    @Nested
    @DisplayName("asks the engine")
    class Requests {

        @Test
        @DisplayName("with the conversation up to the message and nothing that came later")
        void window() {
            ChatState state = Examples.after(
                    opened(ChatMode.DIGITAL_TWIN),
                    received(1, "first", NotAnsweredReason.BEFORE_CONNECTION),
                    answered("out2", "x", AT, "my answer"),
                    new ChatEvent.Delivered(head(), "out2", 0, 11),
                    received(3, "the question", null),
                    received(4, "something later", null));
            ReplyRequest request = request(composition, state, state.pending().getFirst());

            assertThat(request.owner()).isEqualTo(Examples.OWNER);
            assertThat(request.chatId()).isEqualTo(CHAT);
            assertThat(request.messageId()).isEqualTo("msg3");
            assertThat(request.prompt().turns())
                    .filteredOn(turn -> !turn.text().startsWith("["))
                    .extracting(Prompt.Turn::role, Prompt.Turn::text)
                    .containsExactly(
                            tuple(Prompt.Role.USER, "first"),
                            tuple(Prompt.Role.ASSISTANT, "my answer"),
                            tuple(Prompt.Role.USER, "the question"));
            assertThat(request.prompt().system()).contains("A baker.");
        }

        @Test
        @DisplayName("with what was answered meanwhile to the messages before it")
        void meanwhile() {
            ChatState state = Examples.after(
                    opened(ChatMode.DIGITAL_TWIN),
                    received(1, "first", null),
                    received(2, "second", null),
                    received(3, "third", null),
                    answered("out4", "msg1", AT, "my answer"),
                    new ChatEvent.Delivered(head(), "out4", 0, 11));
            Pending second = state.pending().getFirst();

            assertThat(spoken(request(composition, state, second))).containsExactly("first", "my answer", "second");
            assertThat(spoken(request(composition, state, second.again(AT))))
                    .as("taken up again, when much may have been said since")
                    .containsExactly("first", "second");
        }

        private static List<String> spoken(ReplyRequest request) {
            return request.prompt().turns().stream()
                    .map(Prompt.Turn::text)
                    .filter(text -> !text.startsWith("["))
                    .toList();
        }

        @Test
        @DisplayName("as a bot in a group, with the senders' names")
        void group() {
            ChatEvent group = new ChatEvent.ChatOpened(
                    head(),
                    -5,
                    ChatType.GROUP,
                    KEY.seal("Friends"),
                    KEY.keyId(),
                    Examples.CARRIER,
                    ChatSettings.of(ChatMode.DIGITAL_TWIN));
            ChatState state = Examples.after(group, received(1));

            assertThat(request(composition, state, state.pending().getFirst())
                            .prompt()
                            .turns())
                    .anySatisfy(turn -> assertThat(turn.text()).contains("Friends"))
                    .last()
                    .satisfies(turn -> assertThat(turn.name()).isEqualTo("Ann"));
        }

        @Test
        @DisplayName("of a stateless chat with nothing but the message, whoever wrote it wherever")
        void stateless() {
            ChatSettings alone = new ChatSettings(
                    ChatMode.DIGITAL_TWIN,
                    null,
                    1,
                    OnFailure.PREDEFINED,
                    WhenInDoubt.RESEND,
                    List.of(),
                    true,
                    30,
                    720,
                    null,
                    null,
                    null);
            ChatEvent group = new ChatEvent.ChatOpened(
                    head(), -5, ChatType.GROUP, KEY.seal("Friends"), KEY.keyId(), Examples.CARRIER, alone);
            ChatState state = Examples.after(group, received(1), received(2, "the question", null));

            ReplyRequest request = request(composition, state, state.pending().getLast());

            assertThat(request.prompt().turns()).singleElement().satisfies(turn -> {
                assertThat(turn.text()).isEqualTo("the question");
                assertThat(turn.name()).isNull();
            });
            assertThat(request.keyId()).isEqualTo(KEY.keyId());
        }

        @Test
        @DisplayName("with what its chat forbids")
        void forbidden() {
            ChatSettings strict = new ChatSettings(
                    ChatMode.DIGITAL_TWIN,
                    null,
                    1,
                    OnFailure.PREDEFINED,
                    WhenInDoubt.RESEND,
                    List.of(Forbidden.LINKS),
                    false,
                    30,
                    720,
                    null,
                    null,
                    null);
            ChatState state = Examples.after(opened(strict), received(1));

            assertThat(request(composition, state, state.pending().getFirst()).forbidden())
                    .containsExactly(Forbidden.LINKS);
        }

        @Test
        @DisplayName("of an untitled chat and a nameless sender too")
        void nameless() {
            ChatEvent untitled = new ChatEvent.ChatOpened(
                    head(),
                    5,
                    ChatType.PRIVATE,
                    null,
                    KEY.keyId(),
                    Examples.CARRIER,
                    ChatSettings.of(ChatMode.DIGITAL_TWIN));
            Pending pending =
                    new Pending("msg1", 1, new Sender(7, null, false, null), KEY.seal("hi"), null, AT, false, null);

            assertThat(request(composition, Examples.after(untitled), pending)
                            .prompt()
                            .turns())
                    .singleElement()
                    .satisfies(turn -> assertThat(turn.text()).isEqualTo("hi"));
        }

        @Test
        @DisplayName("never for words that can't be read any more")
        void erased() {
            ChatState state = Examples.after(opened(ChatMode.DIGITAL_TWIN), received(1));
            Composition erased = new Composition(CHAT, TestKeys.erased(KEY), PROMPTS, PREDEFINED);

            assertThat(request(erased, state, state.pending().getFirst(), GRANTED))
                    .isEmpty();
        }

        @Test
        @DisplayName("in the language of the message, else the sender's, else the owner's")
        void language() {
            assertThat(languageOf("Привет, как у тебя дела сегодня?", "en", "de"))
                    .isEqualTo("ru");
            assertThat(languageOf("42", "fr", "de")).isEqualTo("fr");
            assertThat(languageOf("42", null, "de")).isEqualTo("de");
        }

        private String languageOf(String text, @Nullable String sender, String owner) {
            ChatState state = Examples.after(opened(ChatMode.DIGITAL_TWIN));
            Pending pending =
                    new Pending("msg1", 1, new Sender(7, null, false, sender), KEY.seal(text), null, AT, false, null);
            return request(composition, state, pending, new GrantReply.Granted(null, owner, false, false))
                    .orElseThrow()
                    .language();
        }
    }

    @Nested
    @DisplayName("makes of the engine's outcome")
    class Outcomes {

        private final Pending pending = Examples.after(
                        opened(ChatMode.DIGITAL_TWIN), received(1, "Привет, как дела?", null))
                .pending()
                .getFirst();
        private final ReplyOutcome.Failed failed = new ReplyOutcome.Failed("openrouter: 503", 3);

        private Result result(OnFailure onFailure) {
            ChatSettings settings = new ChatSettings(
                    ChatMode.DIGITAL_TWIN,
                    null,
                    1,
                    onFailure,
                    WhenInDoubt.RESEND,
                    List.of(),
                    false,
                    30,
                    720,
                    null,
                    null,
                    null);
            return composition.result(pending, failed, settings, null, head());
        }

        @Test
        @DisplayName("a draft with what it cost, sealed")
        void answer() {
            Activity.Draft draft = draft("Хорошо!");

            assertThat(draft.inReplyTo()).isEqualTo("msg1");
            assertThat(draft.parts()).extracting(Examples::clear).containsExactly("Хорошо!");
            assertThat(draft.origin()).isEqualTo(new DraftOrigin.Model("openrouter", "gpt", 12, 3));
        }

        @Test
        @DisplayName("a draft that tells that the model could not end it")
        void cut() {
            assertThat(composition.draft(
                            pending,
                            new ReplyOutcome.Answered(
                                    "Хорошо!",
                                    "openrouter",
                                    "gpt",
                                    new ReplyOutcome.Usage(12, 3),
                                    1,
                                    false,
                                    List.of(),
                                    true)))
                    .hasValueSatisfying(draft -> assertThat(draft.origin())
                            .isEqualTo(new DraftOrigin.Model("openrouter", "gpt", 12, 3, false, true)));
        }

        @Test
        @DisplayName("as many parts as Telegram needs, with their formats")
        void parts() {
            Activity.Draft draft = draft("word ".repeat(900) + "**bold** [x](https://e.org)");
            assertThat(draft.parts()).hasSize(2);
            assertThat(clear(draft.parts().getLast())).endsWith("word bold x");
            assertThat(draft.formats()).containsOnlyKeys(1);
            assertThat(SealedFormats.open(KEY, draft.formats().get(1)))
                    .extracting(TextEntity::type)
                    .containsExactly(TextEntity.Kind.BOLD, TextEntity.Kind.TEXT_LINK);
        }

        @Test
        @DisplayName("no draft when a person would see nothing")
        void nothing() {
            assertThat(composition.draft(
                            pending,
                            new ReplyOutcome.Answered(" \n ", "openrouter", "gpt", new ReplyOutcome.Usage(12, 0), 1)))
                    .isEmpty();
        }

        @Test
        @DisplayName("the marks themselves when there is nothing else")
        void onlyMarks() {
            Activity.Draft draft = draft("```\n```");
            assertThat(draft.parts()).extracting(Examples::clear).containsExactly("```\n```");
            assertThat(draft.formats()).isEmpty();
        }

        private Activity.Draft draft(String answer) {
            return composition
                    .draft(
                            pending,
                            new ReplyOutcome.Answered(answer, "openrouter", "gpt", new ReplyOutcome.Usage(12, 3), 1))
                    .orElseThrow();
        }

        @Test
        @DisplayName("a ready sentence in the message's language, recorded as degraded")
        void predefined() {
            assertThat(result(OnFailure.PREDEFINED)).isInstanceOfSatisfying(Result.Answer.class, answer -> {
                assertThat(clear(answer.draft().parts().getFirst())).isEqualTo(PREDEFINED.in("ru"));
                assertThat(answer.draft().origin()).isEqualTo(new DraftOrigin.Predefined("openrouter: 503"));
            });
        }

        @Test
        @DisplayName("silence")
        void silence() {
            assertThat(result(OnFailure.SILENCE))
                    .isEqualTo(new Result.Ended(
                            List.of(new NotAnswered(head(), "msg1", NotAnsweredReason.FAILED_SILENTLY))));
        }

        @Test
        @DisplayName("a dead letter")
        void deadLetter() {
            assertThat(result(OnFailure.DEAD_LETTER))
                    .isEqualTo(new Result.Ended(List.of(new DeadLettered(head(), "msg1", null, "openrouter: 503", 3))));
        }
    }
}
