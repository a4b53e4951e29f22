package io.vibee.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.account.AccountView;
import io.vibee.protocol.account.GateCommand;
import io.vibee.protocol.account.GateCommand.Admission;
import io.vibee.protocol.account.GrantKey;
import io.vibee.protocol.account.QuietHours;
import io.vibee.protocol.account.UsageView;
import io.vibee.protocol.carrier.Carrier;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Forbidden;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.PreviewDecision;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.Delivery;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.protocol.session.SessionView;
import io.vibee.protocol.session.TextEntity;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("What actors on different nodes say")
@Tag("actors")
class ClusterMessagesTest {

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678901Z");
    private static final Carrier CARRIER = new Carrier("ses_1", SessionKind.BUSINESS, "bc_1");
    private static final ChatCommand.Place PLACE = new ChatCommand.Place(-1001, ChatType.SUPERGROUP, "Friends");
    private static final Incoming.Body BODY = new Incoming.Body("photo", "AgACAgIAAx", "a cat");
    private static final Incoming.Person PERSON = new Incoming.Person(7, "Ann", false, "en");
    private static final Incoming.Quoted QUOTED = new Incoming.Quoted(16L, "the cat", "Bob", false, true);
    private static final Incoming.Message QUOTING =
            new Incoming.Message(17, PERSON, false, BODY, 5, AT, QUOTED, Incoming.Audience.BOT);
    private static final ChatView.Config CONFIG = new ChatView.Config(
            ChatMode.SNIPER,
            List.of("price", "цена"),
            0.5,
            OnFailure.DEAD_LETTER,
            WhenInDoubt.SKIP,
            List.of(Forbidden.LINKS),
            true);
    private static final ChatView.Barred BARRED = new ChatView.Barred(5, "403 Forbidden", AT);
    private static final Bot BOT = new Bot(110201543, "ann_bot");
    private static final Sealed TOKEN = new Sealed("key_1", "dG9rZW4=");
    private static final List<TextEntity> ENTITIES = List.of(
            new TextEntity(TextEntity.Kind.BOLD, 0, 2, null, null),
            new TextEntity(TextEntity.Kind.TEXT_LINK, 3, 2, "https://e.org", null),
            new TextEntity(TextEntity.Kind.PRE, 5, 1, null, "java"));
    private static final GrantKey KEY = new GrantKey("cht_1", "msg1", 0);
    private static final AccountView SETTINGS = new AccountView(
            "Ann, a baker", "de", "Europe/Berlin", new QuietHours(LocalTime.of(22, 0), LocalTime.of(7, 30)));

    private static final Serialised SERIALISED = new Serialised();

    @AfterAll
    static void stop() {
        SERIALISED.close();
    }

    static Stream<ClusterMessage> messages() {
        return Stream.of(chat(), session(), account()).flatMap(List::stream);
    }

    private static List<ClusterMessage> chat() {
        return List.of(
                receive(new Incoming.Message(17, PERSON, false, BODY, 5, AT)),
                receive(new Incoming.Message(
                        17,
                        new Incoming.Person(7, null, true, null),
                        true,
                        new Incoming.Body("text", null, null),
                        null,
                        AT)),
                receive(QUOTING),
                QUOTING,
                QUOTED,
                receive(new Incoming.Edit(17, BODY, AT)),
                receive(new Incoming.Deletion(List.of(17L, 18L))),
                PLACE,
                BODY,
                PERSON,
                new Incoming.Message(17, PERSON, false, BODY, 5, AT),
                new Incoming.Edit(17, BODY, AT),
                new Incoming.Deletion(List.of(17L)),
                new Incoming.Membership("kicked", false, AT),
                receive(new Incoming.Membership("member", true, AT)),
                new ChatCommand.ChangeTelegramChat("usr_1", -1001, SERIALISED.replyTo()),
                new ChatCommand.SessionStopped("usr_1", NotAnsweredReason.PAUSED, AT),
                new ChatCommand.GetChat("usr_1", SERIALISED.replyTo()),
                new ChatCommand.Configure("usr_1", CONFIG, SERIALISED.replyTo()),
                new ChatCommand.Send("usr_1", "hello", "key", SERIALISED.replyTo()),
                new ChatCommand.Send("usr_1", "hello", null, SERIALISED.replyTo()),
                new ChatCommand.Queued("out1"),
                new ChatCommand.Preview("usr_1", "hello", SERIALISED.replyTo()),
                new ChatCommand.Previewed(
                        PreviewDecision.ANSWER,
                        List.of("digital_twin"),
                        new ChatCommand.PromptSize(612, 9),
                        "hi",
                        "openai",
                        "gpt-4.1-mini"),
                new ChatCommand.PromptSize(612, 9),
                new ChatCommand.Previewed(PreviewDecision.NO_ANSWER, List.of("observe"), null, null, null, null),
                new ChatCommand.RetryDeadLetter("usr_1", "dead1", SERIALISED.replyTo()),
                new ChatCommand.RetryDeadLetters("usr_1", SERIALISED.replyTo()),
                new ChatCommand.Retried(3),
                new ChatCommand.DropDeadLetter("usr_1", "dead1", SERIALISED.replyTo()),
                new ChatCommand.Wake(SERIALISED.replyTo()),
                new ChatCommand.Erase("usr_1", SERIALISED.replyTo()),
                CONFIG,
                new ChatView("cht_1", "ses_1", -1001, "Friends", ChatType.GROUP, 2, AT, CONFIG, false, 7, List.of()),
                new ChatView("cht_1", "ses_1", 42, null, ChatType.PRIVATE, 0, null, CONFIG, true, 9, List.of()),
                BARRED,
                new ChatView("cht_1", "ses_1", 42, null, ChatType.PRIVATE, 0, null, CONFIG, false, 9, List.of(BARRED)));
    }

    private static ChatCommand.Receive receive(Incoming incoming) {
        return new ChatCommand.Receive("usr_1", CARRIER, PLACE, incoming, AT, ChatMode.OBSERVE, SERIALISED.replyTo());
    }

    private static List<ClusterMessage> session() {
        return List.of(
                new SessionCommand.Connect(
                        "usr_1",
                        SessionKind.BOT,
                        BOT,
                        TOKEN,
                        ChatMode.DIGITAL_TWIN,
                        Delivery.POLLING,
                        SERIALISED.replyTo()),
                new SessionCommand.ReplaceToken("usr_1", BOT, TOKEN, SERIALISED.replyTo()),
                new SessionCommand.GetToken("usr_1", SERIALISED.replyTo()),
                new SessionCommand.StoredToken(TOKEN, SessionState.Phase.REVOKED),
                new SessionCommand.GetSession("usr_1", SERIALISED.replyTo()),
                new SessionCommand.Pause("usr_1", SERIALISED.replyTo()),
                new SessionCommand.Resume("usr_1", SERIALISED.replyTo()),
                new SessionCommand.ChangeDefaultMode("usr_1", ChatMode.DISABLED, SERIALISED.replyTo()),
                new SessionCommand.Disconnect("usr_1", SERIALISED.replyTo()),
                new SessionCommand.RequestPermit("cht_1", 42, SERIALISED.replyTo(PermitReply.class)),
                new SessionCommand.ReleasePermit("cht_1", "permit-1"),
                new SessionCommand.Deliver(
                        "cht_1",
                        "permit-1",
                        new SessionCommand.OutgoingText(42, "hello", ENTITIES, false, 5, "bc_1"),
                        SERIALISED.replyTo(DeliveryOutcome.class)),
                new SessionCommand.OutgoingText(42, "hello", List.of(), true, null, null),
                ENTITIES.getFirst(),
                new SessionCommand.ShowTyping(42, 5, "bc_1"),
                new SessionCommand.ShowTyping(42, null, null),
                new SessionCommand.ShowLivePreview(42, 5, 17, "hel"),
                new SessionCommand.ShowLivePreview(42, null, 17, "hello"),
                new SessionCommand.Identify(SERIALISED.replyTo(SessionCommand.Incarnation.class)),
                new SessionCommand.Incarnation("one"),
                new SessionCommand.Wake(SERIALISED.replyTo()),
                new PermitReply.Granted("permit-1", AT),
                new PermitReply.Waiting(),
                new PermitReply.Refused(SessionState.Phase.PAUSED),
                new DeliveryOutcome.Sent(19),
                new DeliveryOutcome.NotSent("the permit is not valid", 100),
                new DeliveryOutcome.RefusedByTelegram(429, "Too Many Requests", 3000),
                new DeliveryOutcome.Migrated(-1001),
                new DeliveryOutcome.Unknown("connection lost"),
                new SessionView(
                        "ses_1",
                        SessionKind.OPERATOR,
                        BOT,
                        SessionStatus.BACKING_OFF,
                        "unreachable",
                        ChatMode.OBSERVE,
                        Delivery.POLLING,
                        3,
                        AT,
                        AT),
                new SessionView(
                        "ses_1",
                        SessionKind.BOT,
                        BOT,
                        SessionStatus.POLLING,
                        null,
                        ChatMode.OBSERVE,
                        Delivery.POLLING,
                        0,
                        AT,
                        null));
    }

    private static List<ClusterMessage> account() {
        return List.of(
                new AccountCommand.Open("free", SERIALISED.replyTo()),
                new AccountCommand.ChangeTier("paid", SERIALISED.replyTo()),
                new AccountCommand.Erase(SERIALISED.replyTo()),
                new AccountCommand.GetSettings(SERIALISED.replyTo()),
                new AccountCommand.GetUsage(SERIALISED.replyTo()),
                new AccountCommand.ChangeSettings(SETTINGS, SERIALISED.replyTo()),
                new AccountCommand.Grant(KEY, SERIALISED.replyTo(GrantReply.class)),
                new AccountCommand.Settle(KEY, true, 500, 40, 264),
                KEY,
                SETTINGS,
                new AccountView(null, null, "UTC", null),
                new UsageView(
                        LocalDate.parse("2026-01-02"), 3, 1000, 1500, 120, 792, Instant.parse("2026-01-02T10:00:00Z")),
                new UsageView(LocalDate.parse("2026-01-02"), 0, null, 0, 0, 0, null),
                new GrantReply.Granted("Ann, a baker", "de", true),
                new GrantReply.Granted(null, null, false),
                new GrantReply.Exhausted(AT),
                new GrantReply.Quiet(),
                new GrantReply.Unavailable(Refusal.ACCOUNT_NOT_FOUND),
                new GateCommand.Admit(3, "fam_1", SERIALISED.replyTo(Admission.class)),
                new GateCommand.Admit(3, null, SERIALISED.replyTo(Admission.class)),
                new GateCommand.EndFamily("fam_1", SERIALISED.replyTo()),
                new GateCommand.Reload(SERIALISED.replyTo()),
                new Admission.Admitted(),
                new Admission.Limited(250),
                new Admission.Refused(),
                new Admission.Unavailable());
    }

    @ParameterizedTest
    @MethodSource("messages")
    @DisplayName("arrives as it was sent")
    void roundTrip(ClusterMessage message) {
        assertThat(SERIALISED.throughBytes(message)).isEqualTo(message);
    }

    @Test
    @DisplayName("is all looked at here")
    void complete() {
        assertThat(messages().<Class<?>>map(ClusterMessage::getClass))
                .containsAll(Stream.of(
                                ChatCommand.class,
                                SessionCommand.class,
                                TextEntity.class,
                                AccountCommand.class,
                                GateCommand.class,
                                Incoming.class,
                                ChatView.class,
                                SessionView.class,
                                AccountView.class,
                                UsageView.class,
                                GrantKey.class)
                        .flatMap(ClusterMessagesTest::records)
                        .filter(ClusterMessage.class::isAssignableFrom)
                        .toList());
    }

    private static Stream<Class<?>> records(Class<?> type) {
        return Stream.concat(
                type.isRecord() ? Stream.of(type) : Stream.empty(),
                Arrays.stream(type.getDeclaredClasses()).flatMap(ClusterMessagesTest::records));
    }
}
