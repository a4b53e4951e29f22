package io.vibee.protocol;

import io.vibee.protocol.Refusal.RefusedException;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.account.AccountView;
import io.vibee.protocol.account.Availability;
import io.vibee.protocol.account.GateCommand;
import io.vibee.protocol.account.GateCommand.Admission;
import io.vibee.protocol.account.GrantKey;
import io.vibee.protocol.account.QuietHours;
import io.vibee.protocol.account.SignInTriesCommand;
import io.vibee.protocol.account.SignInTry;
import io.vibee.protocol.account.UsageView;
import io.vibee.protocol.carrier.Carrier;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Contact;
import io.vibee.protocol.chat.ContactDecision;
import io.vibee.protocol.chat.Forbidden;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.Manners;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.OwnerVia;
import io.vibee.protocol.chat.PreviewDecision;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.BusinessLink;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/** What actors on different nodes say, as Java values, by the names of their golden files: the class, and after a {@code +} which variant. */
final class ClusterExamples {

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678901Z");
    private static final Carrier CARRIER = new Carrier("ses_1", SessionKind.BUSINESS, "bc_1");
    private static final ChatCommand.Place PLACE = new ChatCommand.Place(-1001, ChatType.SUPERGROUP, "Friends");
    private static final Incoming.Body BODY = new Incoming.Body("photo", "AgACAgIAAx", "a cat");
    private static final Incoming.Person PERSON = new Incoming.Person(7, "Ann", false, "en");
    private static final Incoming.Quoted QUOTED = new Incoming.Quoted(16L, "the cat", "Bob", false, true);
    private static final Incoming.Message QUOTING =
            new Incoming.Message(17, PERSON, false, BODY, 5, AT, QUOTED, Incoming.Audience.BOT, Incoming.Hand.OTHERS);
    private static final ChatView.Config CONFIG = new ChatView.Config(
            ChatMode.SNIPER,
            List.of("price", "цена"),
            0.5,
            OnFailure.DEAD_LETTER,
            WhenInDoubt.SKIP,
            List.of(Forbidden.LINKS),
            true,
            30,
            720,
            Manners.DEFAULT,
            List.of(),
            Contact.ALLOWED);
    private static final ChatView.Barred BARRED = new ChatView.Barred(5, "403 Forbidden", AT);
    private static final Bot BOT = new Bot(110201543, "ann_bot");
    private static final Sealed TOKEN = new Sealed("key_1", "dG9rZW4=");
    private static final BusinessLink LINK = new BusinessLink("bc_1", 42, 42, true, true, false);
    private static final List<TextEntity> ENTITIES = List.of(
            new TextEntity(TextEntity.Kind.BOLD, 0, 2, null, null),
            new TextEntity(TextEntity.Kind.TEXT_LINK, 3, 2, "https://e.org", null),
            new TextEntity(TextEntity.Kind.PRE, 5, 1, null, "java"));
    private static final GrantKey KEY = new GrantKey("cht_1", "msg1", 0);
    private static final AccountView SETTINGS = new AccountView(
            "Ann, a baker",
            "de",
            "Europe/Berlin",
            new QuietHours(LocalTime.of(22, 0), LocalTime.of(7, 30)),
            Availability.ALWAYS,
            null);

    private static final SignInTry TRY = new SignInTry("ann", "203.0.113.7", "203.0.113.0", true);

    private final Map<String, ClusterMessage> all = new LinkedHashMap<>();
    private final Serialised serialised;

    private ClusterExamples(Serialised serialised) {
        this.serialised = serialised;
        chat();
        session();
        account();
    }

    static Map<String, ClusterMessage> all(Serialised serialised) {
        return new ClusterExamples(serialised).all;
    }

    private void add(ClusterMessage message) {
        put(message.getClass().getName(), message);
    }

    private void add(String variant, ClusterMessage message) {
        put(message.getClass().getName() + "+" + variant, message);
    }

    private void put(String name, ClusterMessage message) {
        if (all.put(name, message) != null) {
            throw new IllegalStateException("two examples are called " + name);
        }
    }

    private <T> ActorRef<T> nobody() {
        return serialised.nobody();
    }

    private ChatCommand.Receive receive(Incoming incoming) {
        return new ChatCommand.Receive("usr_1", CARRIER, PLACE, incoming, AT, ChatMode.OBSERVE, nobody());
    }

    private void chat() {
        add(receive(new Incoming.Message(17, PERSON, false, BODY, 5, AT)));
        add(
                "own",
                receive(new Incoming.Message(
                        17,
                        new Incoming.Person(7, null, true, null),
                        true,
                        new Incoming.Body("text", null, null),
                        null,
                        AT)));
        add("quoting", receive(QUOTING));
        add("quoting", QUOTING);
        add(QUOTED);
        add("edit", receive(new Incoming.Edit(17, BODY, AT)));
        add("deletion", receive(new Incoming.Deletion(List.of(17L, 18L))));
        add(PLACE);
        add(BODY);
        add(PERSON);
        add(new Incoming.Message(17, PERSON, false, BODY, 5, AT));
        add(new Incoming.Edit(17, BODY, AT));
        add(new Incoming.Deletion(List.of(17L)));
        add(new Incoming.Membership("kicked", false, AT));
        add("membership", receive(new Incoming.Membership("member", true, AT)));
        add(
                "silent",
                new ChatCommand.Receive(
                        "usr_1",
                        CARRIER,
                        PLACE,
                        QUOTING,
                        AT,
                        ChatMode.OBSERVE,
                        NotAnsweredReason.READ_ONLY,
                        false,
                        nobody()));
        add(new ChatCommand.ChangeTelegramChat("usr_1", -1001, nobody()));
        add(new ChatCommand.SessionStopped("usr_1", NotAnsweredReason.PAUSED, AT));
        add(new ChatCommand.GetChat("usr_1", nobody()));
        add(new ChatCommand.Configure("usr_1", CONFIG, nobody()));
        add(new ChatCommand.DecideOnContact("usr_1", ContactDecision.DRAFT, nobody()));
        add(new ChatCommand.ChangeMode("usr_1", ChatMode.DRAFT, nobody()));
        add(new ChatCommand.Send("usr_1", "hello", "key", nobody()));
        add("unkeyed", new ChatCommand.Send("usr_1", "hello", null, nobody()));
        add(new ChatCommand.Queued("out1"));
        add(new ChatCommand.Preview("usr_1", "hello", nobody()));
        add(new ChatCommand.Previewed(
                PreviewDecision.ANSWER,
                List.of("digital_twin"),
                new ChatCommand.PromptSize(612, 9),
                "hi",
                "openai",
                "gpt-4.1-mini"));
        add(new ChatCommand.PromptSize(612, 9));
        add("silent", new ChatCommand.Previewed(PreviewDecision.NO_ANSWER, List.of("observe"), null, null, null, null));
        add(new ChatCommand.RetryDeadLetter("usr_1", "dead1", nobody()));
        add(new ChatCommand.RetryDeadLetters("usr_1", nobody()));
        add(new ChatCommand.Retried(3));
        add(new ChatCommand.DropDeadLetter("usr_1", "dead1", nobody()));
        add(new ChatCommand.TakeOver("usr_1", 45, OwnerVia.API, nobody()));
        add("set", new ChatCommand.TakeOver("usr_1", null, OwnerVia.BOT, nobody()));
        add(new ChatCommand.EndTakeover("usr_1", OwnerVia.BOT, nobody()));
        add(new ChatCommand.ApproveDraft("usr_1", "out2", "hello", OwnerVia.BOT, nobody()));
        add("asdrafted", new ChatCommand.ApproveDraft("usr_1", "out2", null, OwnerVia.API, nobody()));
        add(new ChatCommand.DiscardDraft("usr_1", "out2", OwnerVia.API, nobody()));
        add(new ChatCommand.Wake(nobody()));
        add(new ChatCommand.Erase("usr_1", nobody()));
        add(CONFIG);
        add(new ChatView(
                "cht_1", "ses_1", -1001, "Friends", ChatType.GROUP, 2, AT, CONFIG, false, 7, List.of(), 0, null));
        add(
                "inhand",
                new ChatView(
                        "cht_1", "ses_1", 42, null, ChatType.PRIVATE, 0, null, CONFIG, false, 9, List.of(), 3, AT));
        add(
                "erased",
                new ChatView(
                        "cht_1", "ses_1", 42, null, ChatType.PRIVATE, 0, null, CONFIG, true, 9, List.of(), 0, null));
        add(BARRED);
        add(
                "barred",
                new ChatView(
                        "cht_1",
                        "ses_1",
                        42,
                        null,
                        ChatType.PRIVATE,
                        0,
                        null,
                        CONFIG,
                        false,
                        9,
                        List.of(BARRED),
                        0,
                        null));
    }

    private void session() {
        add(LINK);
        add(new SessionCommand.ConnectBusiness("usr_1", BOT, "ses_op", "key_1", ChatMode.DRAFT, LINK, nobody()));
        add(new SessionCommand.Connect(
                "usr_1", SessionKind.BOT, BOT, TOKEN, ChatMode.DIGITAL_TWIN, Delivery.POLLING, nobody()));
        add(new SessionCommand.ReplaceToken("usr_1", BOT, TOKEN, nobody()));
        add(new SessionCommand.GetToken("usr_1", nobody()));
        add(new SessionCommand.StoredToken(TOKEN, SessionState.Phase.REVOKED));
        add(new SessionCommand.GetSession("usr_1", nobody()));
        add(new SessionCommand.Pause("usr_1", nobody()));
        add(new SessionCommand.Resume("usr_1", nobody()));
        add(new SessionCommand.ChangeReview("usr_1", true, nobody()));
        add(new SessionCommand.ChangeDefaultMode("usr_1", ChatMode.DISABLED, nobody()));
        add(new SessionCommand.ChangeDelivery("usr_1", Delivery.WEBHOOK, nobody()));
        add(new SessionCommand.Disconnect("usr_1", nobody()));
        add(new SessionCommand.TakeIn(PLACE, QUOTING, nobody()));
        add(new SessionCommand.TakeInMigration(-42, -1001, nobody()));
        for (SessionCommand.Acceptance acceptance : SessionCommand.Acceptance.values()) {
            add(acceptance.name().toLowerCase(Locale.ROOT), acceptance);
        }
        add(new SessionCommand.RequestPermit("cht_1", 42, nobody()));
        add(new SessionCommand.ReleasePermit("cht_1", "permit-1"));
        add(new SessionCommand.Deliver(
                "cht_1",
                "permit-1",
                new SessionCommand.OutgoingText(42, "hello", ENTITIES, false, 5, "bc_1"),
                nobody()));
        add(new SessionCommand.OutgoingText(42, "hello", List.of(), true, null, null));
        add(ENTITIES.getFirst());
        add(new SessionCommand.MarkRead(42, 17, "conn_1"));
        add(new SessionCommand.ShowTyping(42, 5, "bc_1"));
        add("plain", new SessionCommand.ShowTyping(42, null, null));
        add(new SessionCommand.ShowLivePreview(42, 5, 17, "hel"));
        add("plain", new SessionCommand.ShowLivePreview(42, null, 17, "hello"));
        add(new SessionCommand.Identify(nobody()));
        add(new SessionCommand.Incarnation("one"));
        add(new SessionCommand.Wake(nobody()));
        add(new PermitReply.Granted("permit-1", AT));
        add(new PermitReply.Waiting());
        add(new PermitReply.Refused(SessionState.Phase.PAUSED));
        add(new DeliveryOutcome.Sent(19));
        add(new DeliveryOutcome.NotSent("the permit is not valid", 100));
        add(new DeliveryOutcome.RefusedByTelegram(429, "Too Many Requests", 3000));
        add(new DeliveryOutcome.Migrated(-1001));
        add(new DeliveryOutcome.Unknown("connection lost"));
        add(new SessionView(
                "ses_1",
                SessionKind.OPERATOR,
                BOT,
                SessionStatus.BACKING_OFF,
                "unreachable",
                ChatMode.OBSERVE,
                Delivery.POLLING,
                3,
                AT,
                AT,
                null,
                false));
        add(
                "webhook",
                new SessionView(
                        "ses_1",
                        SessionKind.BOT,
                        BOT,
                        SessionStatus.WEBHOOK,
                        null,
                        ChatMode.OBSERVE,
                        Delivery.WEBHOOK,
                        0,
                        AT,
                        AT,
                        null,
                        false));
        add(
                "polling",
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
                        null,
                        null,
                        false));
    }

    private void account() {
        add(new RefusedException(Refusal.BUSY));
        add(new AccountCommand.Open("free", nobody()));
        add(new AccountCommand.ChangeTier("paid", nobody()));
        add(new AccountCommand.Erase(nobody()));
        add(new AccountCommand.GetSettings(nobody()));
        add(new AccountCommand.GetUsage(nobody()));
        add(new AccountCommand.ChangeSettings(SETTINGS, nobody()));
        add(new AccountCommand.Grant(KEY, nobody()));
        add(new AccountCommand.Settle(KEY, true, 500, 40, 264));
        add(KEY);
        add(SETTINGS);
        add("empty", new AccountView(null, null, "UTC", null, Availability.ALWAYS, null));
        add(new UsageView(
                LocalDate.parse("2026-01-02"), 3, 1000, 1500, 120, 792, Instant.parse("2026-01-02T10:00:00Z")));
        add("none", new UsageView(LocalDate.parse("2026-01-02"), 0, null, 0, 0, 0, null));
        add(new GrantReply.Granted("Ann, a baker", "de", true, false));
        add("empty", new GrantReply.Granted(null, null, false, false));
        add("draft", new GrantReply.Granted(null, null, false, true));
        add("told", new GrantReply.Quiet(AT, "I am asleep."));
        add(new GrantReply.Exhausted(AT));
        add(new GrantReply.Quiet(null, null));
        add(new GrantReply.Unavailable(Refusal.ACCOUNT_NOT_FOUND));
        add(new GateCommand.Admit(3, "fam_1", nobody()));
        add("old", new GateCommand.Admit(3, null, nobody()));
        add(new GateCommand.EndFamily("fam_1", nobody()));
        add(new GateCommand.Reload(nobody()));
        add(new Admission.Admitted());
        add(new Admission.Limited(250));
        add(new Admission.Refused());
        add(new Admission.Unavailable());
        add(TRY);
        add(new SignInTriesCommand.Take(TRY, nobody()));
        add(new SignInTriesCommand.GiveBack(TRY));
        add(new SignInTriesCommand.Taken(250));
    }
}
