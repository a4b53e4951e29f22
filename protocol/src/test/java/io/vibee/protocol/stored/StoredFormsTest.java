package io.vibee.protocol.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import io.vibee.protocol.GoldenFiles;
import io.vibee.protocol.Serialised;
import io.vibee.protocol.account.AccountState;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.Content;
import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.session.SessionState;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What is stored")
@Tag("actors")
class StoredFormsTest {

    private static final GoldenFiles GOLDEN = new GoldenFiles("/golden/v1");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper CBOR = new ObjectMapper(new CBORFactory());
    private static Serialised serialised;

    @BeforeAll
    static void start() {
        serialised = new Serialised();
    }

    @AfterAll
    static void stop() {
        serialised.close();
    }

    static Stream<String> events() {
        return StoredExamples.events().keySet().stream();
    }

    static Stream<String> states() {
        return StoredExamples.states().keySet().stream();
    }

    private static StoredEvent event(String name) {
        return of(StoredExamples.events(), name);
    }

    private static StoredState state(String name) {
        return of(StoredExamples.states(), name);
    }

    private static <T> T of(Map<String, T> examples, String name) {
        return Objects.requireNonNull(examples.get(name), () -> "no value of golden file " + name);
    }

    @Nested
    @DisplayName("as an event")
    class Events {

        @ParameterizedTest
        @MethodSource("io.vibee.protocol.stored.StoredFormsTest#events")
        @DisplayName("is read from the bytes of its first version")
        void read(String name) {
            assertThat(serialised.read(GOLDEN.json(name), event(name), GoldenFiles.manifest(name)))
                    .isEqualTo(event(name));
        }

        @ParameterizedTest
        @MethodSource("io.vibee.protocol.stored.StoredFormsTest#events")
        @DisplayName("is written as JSON text in the same form")
        void written(String name) throws IOException {
            assertThat(JSON.readTree(serialised.write(event(name)))).isEqualTo(JSON.readTree(GOLDEN.json(name)));
        }

        @ParameterizedTest
        @MethodSource("io.vibee.protocol.stored.StoredFormsTest#events")
        @DisplayName("keeps its manifest")
        void manifest(String name) {
            assertThat(serialised.manifest(event(name))).isEqualTo(GoldenFiles.manifest(name));
        }

        @Test
        @DisplayName("has a golden file, whichever event it is and whatever its content and origin")
        void complete() {
            Set<String> manifests = new HashSet<>();
            Set<Class<?>> variants = new HashSet<>();
            StoredExamples.events().forEach((name, event) -> {
                manifests.add(GoldenFiles.manifest(name));
                if (event instanceof ChatEvent.MessageReceived received) {
                    variants.add(received.content().getClass());
                } else if (event instanceof ChatEvent.ReplyDrafted drafted) {
                    variants.add(drafted.origin().getClass());
                }
            });

            assertThat(manifests)
                    .containsExactlyInAnyOrderElementsOf(
                            StoredRecords.events().map(Class::getName).toList());
            assertThat(variants)
                    .contains(Content.class.getPermittedSubclasses())
                    .contains(DraftOrigin.class.getPermittedSubclasses());
        }

        @ParameterizedTest
        @MethodSource("io.vibee.protocol.stored.StoredFormsTest#events")
        @DisplayName("may hold what a newer version added")
        void unknownField(String name) throws IOException {
            ObjectNode json = (ObjectNode) JSON.readTree(GOLDEN.json(name));
            json.put("added_later", "by a newer version");
            ((ObjectNode) json.get("head")).putObject("also_added");

            assertThat(serialised.read(JSON.writeValueAsBytes(json), event(name), GoldenFiles.manifest(name)))
                    .isEqualTo(event(name));
        }

        @Test
        @DisplayName("of a type that nobody knows is no event")
        void unknownType() {
            StoredEvent some = StoredExamples.events().values().iterator().next();
            byte[] bytes = serialised.write(some);

            assertThatThrownBy(() -> serialised.read(bytes, some, "io.vibee.protocol.chat.ChatEvent$MessageSung"))
                    .hasMessageContaining("MessageSung");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "io.vibee.protocol.chat.ChatEvent$MessageReceived:content:type",
                    "io.vibee.protocol.chat.ChatEvent$ReplyDrafted:origin:type",
                    "io.vibee.protocol.chat.ChatEvent$ChatOpened:settings:mode"
                })
        @DisplayName("with a variant or value that nobody knows is not read as something else")
        void unknownVariant(String where) throws IOException {
            String[] path = where.split(":", -1);
            ObjectNode json = (ObjectNode) JSON.readTree(GOLDEN.json(path[0]));
            ((ObjectNode) json.get(path[1])).put(path[2], "hologram");
            byte[] bytes = JSON.writeValueAsBytes(json);

            assertThatThrownBy(() -> serialised.read(bytes, event(path[0]), path[0]))
                    .hasMessageContaining("hologram");
        }

        @Test
        @DisplayName("that lacks a list has an empty one")
        void lackingList() {
            assertThat(readEvent("ReplyDrafted", "{\"draft_id\":\"out1\"}"))
                    .isInstanceOfSatisfying(
                            ChatEvent.ReplyDrafted.class,
                            drafted -> assertThat(drafted.parts()).isEmpty());
            assertThat(readEvent("MessageDeleted", "{\"identity\":\"d:1\"}"))
                    .isInstanceOfSatisfying(
                            ChatEvent.MessageDeleted.class,
                            deleted -> assertThat(deleted.telegramMessageIds()).isEmpty());
        }

        private Object readEvent(String type, String json) {
            String name = ChatEvent.class.getName() + "$" + type;
            return serialised.read(json.getBytes(StandardCharsets.UTF_8), event(name), name);
        }
    }

    @Nested
    @DisplayName("as a snapshot")
    class Snapshots {

        @ParameterizedTest
        @MethodSource("io.vibee.protocol.stored.StoredFormsTest#states")
        @DisplayName("is read from the bytes of its first version")
        void read(String name) {
            assertThat(serialised.read(GOLDEN.cbor(name), state(name), GoldenFiles.manifest(name)))
                    .isEqualTo(state(name));
        }

        @ParameterizedTest
        @MethodSource("io.vibee.protocol.stored.StoredFormsTest#states")
        @DisplayName("is written in the same form")
        void written(String name) throws IOException {
            assertThat(CBOR.readTree(serialised.write(state(name)))).isEqualTo(CBOR.readTree(GOLDEN.cbor(name)));
        }

        @Test
        @DisplayName("of every entity has a golden file")
        void complete() {
            assertThat(StoredExamples.states().keySet().stream().map(GoldenFiles::manifest))
                    .contains(ChatState.class.getName(), SessionState.class.getName(), AccountState.class.getName());
        }

        @Test
        @DisplayName("that lacks everything is the state of a new entity")
        void empty() throws IOException {
            byte[] nothing = CBOR.writeValueAsBytes(Map.of());

            for (StoredState fresh : List.of(ChatState.EMPTY, SessionState.NEW)) {
                assertThat(serialised.read(nothing, fresh, fresh.getClass().getName()))
                        .isEqualTo(fresh);
            }
            assertThat(serialised.read(nothing, AccountState.NEW, AccountState.class.getName()))
                    .isEqualTo(AccountState.NEW);
        }

        @Test
        @DisplayName("with parts that lack components has their defaults")
        void lackingComponents() throws IOException {
            byte[] chat = CBOR.writeValueAsBytes(Map.of("outbox", List.of(Map.of("draft_id", "out1"))));
            byte[] account = CBOR.writeValueAsBytes(Map.of("settings", Map.of("language", "de")));

            ChatState.Outgoing out = ((ChatState) serialised.read(chat, ChatState.EMPTY, ChatState.class.getName()))
                    .outbox()
                    .getFirst();
            assertThat(out.parts()).isEmpty();
            assertThat(out.step()).isEqualTo(ChatState.Step.READY);
            assertThat(((AccountState) serialised.read(account, AccountState.NEW, AccountState.class.getName()))
                            .settings()
                            .timezone())
                    .isEqualTo("UTC");
        }
    }

    @Test
    @DisplayName("has a value for every golden file")
    void noOrphans() {
        assertThat(GOLDEN.files())
                .allSatisfy(file -> assertThat(
                                GoldenFiles.isJson(file)
                                        ? StoredExamples.events().containsKey(GoldenFiles.name(file))
                                        : StoredExamples.states().containsKey(GoldenFiles.name(file)))
                        .as(file)
                        .isTrue());
    }

    @Nested
    @DisplayName("tells nobody's words")
    class Personal {

        /** Components that hold no person's words: ids, Telegram's and our own names of things, causes in our own words. */
        private static final Set<String> IMPERSONAL = Set.of(
                "AccountOpened.tier",
                "AccountSettings.language",
                "AccountSettings.timezone",
                "AccountState.tier",
                "Accepted.draftId",
                "Accepted.idempotencyKey",
                "Barred.reason",
                "Bot.username",
                "Carrier.businessConnectionId",
                "Carrier.sessionId",
                "ChatBarred.reason",
                "ChatMigrated.chatId",
                "ChatOpened.keyId",
                "ChatState.seen",
                "Connection.owner",
                "DeadLetter.id",
                "DeadLetterDropped.id",
                "DeadLetterRetried.draftId",
                "DeadLetterRetried.id",
                "DeadLetterRetried.messageId",
                "DeadLettered.cause",
                "DeadLettered.draftId",
                "DeadLettered.id",
                "DeadLettered.messageId",
                "ReplyProposed.draftId",
                "ReplyProposed.inReplyTo",
                "DraftClosed.draftId",
                "EchoReceived.identity",
                "BusinessConnected.keyId",
                "BusinessConnected.operatorSessionId",
                "BusinessLink.connectionId",
                "Secretary.keyId",
                "Secretary.operatorSessionId",
                "Proposal.draftId",
                "Proposal.inReplyTo",
                "ClosedProposal.draftId",
                "Delivered.draftId",
                "DeliveryInDoubt.draftId",
                "DeliveryRefused.description",
                "DeliveryRefused.draftId",
                "DeliveryStarted.draftId",
                "EventHead.owner",
                "EventHead.scope",
                "Media.fileId",
                "Media.kind",
                "MessageDeleted.identity",
                "MessageEdited.identity",
                "MessageReceived.id",
                "MessageReceived.identity",
                "Model.model",
                "Model.provider",
                "NotAnswered.detail",
                "NotAnswered.messageId",
                "Other.kind",
                "Outgoing.draftId",
                "Outgoing.inReplyTo",
                "Parked.chatId",
                "ParkedUpdateDropped.chatId",
                "Pending.messageId",
                "Predefined.cause",
                "Profile.keyId",
                "Profile.owner",
                "ReplyDrafted.draftId",
                "ReplyDrafted.idempotencyKey",
                "ReplyDrafted.inReplyTo",
                "Sealed.ciphertext",
                "Sealed.keyId",
                "Sender.languageCode",
                "SessionState.migrated",
                "TierChanged.tier",
                "UpdateParked.chatId");

        @Test
        @DisplayName("in the clear: each text component is known to be impersonal, or sealed")
        void textsAreSealed() {
            assertThat(StoredRecords.all().stream()
                            .flatMap(record -> Arrays.stream(record.getRecordComponents()))
                            .filter(component -> holdsText(component.getGenericType()))
                            .map(Personal::name))
                    .containsExactlyInAnyOrderElementsOf(IMPERSONAL);
        }

        private static boolean holdsText(Type type) {
            return type instanceof ParameterizedType generic
                    ? Arrays.stream(generic.getActualTypeArguments()).anyMatch(Personal::holdsText)
                    : type instanceof Class<?> named
                            && (CharSequence.class.isAssignableFrom(named) || named == Object.class || named.isArray());
        }

        private static String name(RecordComponent component) {
            return component.getDeclaringRecord().getSimpleName() + "." + component.getName();
        }
    }
}
