package io.vibee.protocol.stored;

import io.vibee.protocol.account.AccountEvent;
import io.vibee.protocol.account.AccountSettings;
import io.vibee.protocol.account.AccountState;
import io.vibee.protocol.account.Availability;
import io.vibee.protocol.account.OutsideHours;
import io.vibee.protocol.account.QuietHours;
import io.vibee.protocol.account.WorkingHours;
import io.vibee.protocol.carrier.Carrier;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.AnswerInGroup;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.ContactDecision;
import io.vibee.protocol.chat.Content;
import io.vibee.protocol.chat.DraftEnd;
import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.chat.Forbidden;
import io.vibee.protocol.chat.Manners;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.OwnerVia;
import io.vibee.protocol.chat.Quote;
import io.vibee.protocol.chat.Sender;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.BusinessLink;
import io.vibee.protocol.session.Delivery;
import io.vibee.protocol.session.SessionEvent;
import io.vibee.protocol.session.SessionState;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the golden files hold, as Java values. A file's name is the manifest that lies beside the bytes in the journal, and after
 * a {@code +} which variant it shows.
 */
final class StoredExamples {

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678901Z");
    private static final Instant SENT = Instant.parse("2026-01-02T03:04:05Z");
    private static final LocalDate DAY = LocalDate.parse("2026-01-02");
    private static final EventHead HEAD = new EventHead("usr_1", "ses_1", true, AT);
    private static final EventHead ACCOUNT = new EventHead("usr_1", "", false, AT);
    private static final Sealed TEXT = new Sealed("key_1", "dGV4dA==");
    private static final Sealed OTHER_TEXT = new Sealed("key_1", "bW9yZSB0ZXh0");
    private static final Sealed NAME = new Sealed("key_1", "bmFtZQ==");
    private static final Carrier CARRIER = new Carrier("ses_1", SessionKind.BOT, null);
    private static final Sender SENDER = new Sender(7_000_000_001L, NAME, false, "en");
    private static final Bot BOT = new Bot(110201543, "ann_bot");
    private static final ChatSettings SETTINGS = new ChatSettings(
            ChatMode.SNIPER,
            TEXT,
            0.25,
            OnFailure.SILENCE,
            WhenInDoubt.SKIP,
            List.of(),
            false,
            30,
            720,
            null,
            null,
            null);
    private static final ChatSettings STRICT = new ChatSettings(
            ChatMode.DIGITAL_TWIN,
            null,
            1,
            OnFailure.SILENCE,
            WhenInDoubt.SKIP,
            List.of(Forbidden.LINKS, Forbidden.PROMISES),
            true,
            null,
            null,
            null,
            null,
            null);
    private static final AccountSettings OWNERS_SETTINGS = new AccountSettings(
            TEXT, "de", "Europe/Berlin", new QuietHours(LocalTime.of(22, 30), LocalTime.of(7, 0)), null, null);

    private static final BusinessLink LINK = new BusinessLink("bc_1", 42, 42, true, true, false);

    private StoredExamples() {}

    static Map<String, StoredEvent> events() {
        Map<String, StoredEvent> events = new LinkedHashMap<>();
        chatEvents(events);
        sessionEvents(events);
        accountEvents(events);
        return events;
    }

    static Map<String, StoredState> states() {
        Map<String, StoredState> states = new LinkedHashMap<>();
        states.put(ChatState.class.getName(), chatState());
        states.put(ChatState.class.getName() + "+empty", ChatState.EMPTY);
        states.put(ChatState.class.getName() + "+deadletters", chatStateWithDeadLetters());
        states.put(ChatState.class.getName() + "+summary", chatStateWithSummary());
        states.put(ChatState.class.getName() + "+formats", chatStateWithFormats());
        states.put(ChatState.class.getName() + "+quotes", chatStateWithQuotes());
        states.put(ChatState.class.getName() + "+barred", chatStateBarred());
        states.put(ChatState.class.getName() + "+topics", chatStateWithTopics());
        states.put(ChatState.class.getName() + "+hand", chatStateInHand());
        states.put(SessionState.class.getName(), sessionState());
        states.put(SessionState.class.getName() + "+new", SessionState.NEW);
        states.put(
                SessionState.class.getName() + "+business",
                new SessionState(
                        SessionState.Phase.ACTIVE,
                        new SessionState.Connection(
                                "usr_1",
                                SessionKind.BUSINESS,
                                BOT,
                                null,
                                ChatMode.DRAFT,
                                Delivery.POLLING,
                                AT,
                                SENT,
                                new SessionState.Secretary("ses_op", "key_1", LINK),
                                null),
                        List.of(),
                        0,
                        Map.of()));
        states.put(AccountState.class.getName(), accountState(0, null));
        states.put(AccountState.class.getName() + "+cost", accountState(3168, null));
        states.put(AccountState.class.getName() + "+ended", accountState(3168, AT));
        states.put(AccountState.class.getName() + "+new", AccountState.NEW);
        return states;
    }

    private static void chatEvents(Map<String, StoredEvent> events) {
        add(events, "", new ChatEvent.ChatOpened(HEAD, -1001, ChatType.SUPERGROUP, NAME, "key_1", CARRIER, SETTINGS));
        add(
                events,
                "+business",
                new ChatEvent.ChatOpened(
                        HEAD,
                        42,
                        ChatType.PRIVATE,
                        null,
                        "key_1",
                        new Carrier("ses_2", SessionKind.BUSINESS, "bc_1"),
                        ChatSettings.of(ChatMode.DIGITAL_TWIN)));
        add(events, "", new ChatEvent.ChatRenamed(HEAD, NAME));
        add(events, "+untitled", new ChatEvent.ChatRenamed(HEAD, null));
        add(events, "", received(new Content.Text(TEXT), 5, null));
        add(events, "+counted", received(new Content.Text(TEXT.counted(3)), null, null));
        add(events, "+media", received(new Content.Media("photo", "AgACAgIAAx", TEXT), null, null));
        add(
                events,
                "+uncaptioned",
                received(new Content.Media("voice", "AwACAgIAAx", null), null, NotAnsweredReason.NO_TEXT));
        add(events, "+other", received(new Content.Other("location"), null, NotAnsweredReason.OBSERVE));
        add(events, "+withheld", received(new Content.Withheld(), null, NotAnsweredReason.DISABLED));
        add(events, "+quoting", quoting());
        add(events, "", new ChatEvent.MessageEdited(HEAD, "e:17:1767323045:ab", 17, new Content.Text(TEXT), SENT));
        add(events, "", new ChatEvent.MessageDeleted(HEAD, "d:ab", List.of(17L, 18L)));
        add(events, "", new ChatEvent.NotAnswered(HEAD, "msg1", NotAnsweredReason.PAUSED));
        add(
                events,
                "+moderated",
                new ChatEvent.NotAnswered(HEAD, "msg1", NotAnsweredReason.MODERATED, "answer_pattern:12"));
        add(events, "", drafted("msg1", new DraftOrigin.Model("openrouter", "openai/gpt-4o-mini", 512, 34), null));
        add(events, "+cached", drafted("msg1", new DraftOrigin.Model("openrouter", "gpt", 0, 0, true), null));
        add(events, "+cut", drafted("msg1", new DraftOrigin.Model("openrouter", "gpt", 512, 34, false, true), null));
        add(events, "+predefined", drafted("msg1", new DraftOrigin.Predefined("openrouter: 503"), null));
        add(events, "+notice", drafted(null, new DraftOrigin.Notice(NotAnsweredReason.QUOTA), null));
        add(events, "+owner", drafted(null, new DraftOrigin.Owner(), "0a1b 2c3d"));
        add(events, "+formatted", draftedInFormats());
        add(events, "+approved", drafted("msg1", new DraftOrigin.Approved(null, true, OwnerVia.BOT), null));
        add(events, "", proposed(new DraftOrigin.Model("openrouter", "gpt", 512, 34), Map.of()));
        add(events, "+drafted", proposed(null, Map.of(1, OTHER_TEXT)));
        add(events, "", new ChatEvent.DraftClosed(HEAD, "out2", DraftEnd.DISCARDED, OwnerVia.API));
        add(events, "+expired", new ChatEvent.DraftClosed(HEAD, "out2", DraftEnd.EXPIRED, null));
        add(events, "", new ChatEvent.TakenOver(HEAD, AT.plusSeconds(1800), OwnerVia.CHAT));
        add(events, "", new ChatEvent.TakeoverEnded(HEAD, OwnerVia.API));
        add(events, "", new ChatEvent.EchoReceived(HEAD, "m:42:19", 19));
        add(events, "", new ChatEvent.DeliveryStarted(HEAD, "out2", 1, 3));
        add(events, "", new ChatEvent.Delivered(HEAD, "out2", 1, 19));
        add(events, "", new ChatEvent.DeliveryRefused(HEAD, "out2", 1, 429, "Too Many Requests", AT));
        add(events, "+final", new ChatEvent.DeliveryRefused(HEAD, "out2", 0, 403, "bot was blocked by the user", null));
        add(events, "+plainly", new ChatEvent.DeliveryRefused(HEAD, "out2", 1, 400, "can't parse entities", AT, true));
        add(events, "", new ChatEvent.ChatBarred(HEAD, null, 403, "Forbidden: bot was kicked"));
        add(events, "+topic", new ChatEvent.ChatBarred(HEAD, 5, 400, "Bad Request: TOPIC_CLOSED"));
        add(events, "", new ChatEvent.ChatUnbarred(HEAD, null));
        add(events, "+topic", new ChatEvent.ChatUnbarred(HEAD, 5));
        add(events, "", new ChatEvent.DeliveryInDoubt(HEAD, "out2", 1, WhenInDoubt.RESEND));
        add(events, "", new ChatEvent.DeadLettered(HEAD, "msg1", "out2", "403 bot was blocked by the user", 2));
        add(events, "+undrafted", new ChatEvent.DeadLettered(HEAD, "msg1", null, "openrouter: 503", 3));
        add(events, "+retriable", new ChatEvent.DeadLettered(HEAD, "msg1", null, "openrouter: 503", 3, "dead1"));
        add(events, "", new ChatEvent.DeadLetterRetried(HEAD, "dead1", "msg1", "out2"));
        add(events, "+undrafted", new ChatEvent.DeadLetterRetried(HEAD, "dead1", "msg1", null));
        add(events, "", new ChatEvent.DeadLetterDropped(HEAD, "dead1"));
        add(events, "", new ChatEvent.ChatConfigured(HEAD, SETTINGS));
        add(events, "+strict", new ChatEvent.ChatConfigured(HEAD, STRICT));
        add(
                events,
                "+handled",
                new ChatEvent.ChatConfigured(
                        HEAD,
                        new ChatSettings(
                                ChatMode.DRAFT,
                                null,
                                1,
                                OnFailure.SILENCE,
                                WhenInDoubt.SKIP,
                                List.of(),
                                false,
                                0,
                                60,
                                null,
                                null,
                                null)));
        add(
                events,
                "+mannered",
                new ChatEvent.ChatConfigured(
                        HEAD,
                        new ChatSettings(
                                ChatMode.DIGITAL_TWIN,
                                null,
                                1,
                                OnFailure.SILENCE,
                                WhenInDoubt.SKIP,
                                List.of(),
                                false,
                                null,
                                null,
                                new Manners(3, AnswerInGroup.TALK, 20, true, false, false),
                                TEXT,
                                null)));
        add(
                events,
                "+blocked",
                new ChatEvent.ChatConfigured(
                        HEAD, ChatSettings.of(ChatMode.DRAFT).decided(ContactDecision.BLOCK)));
        add(
                events,
                "+later",
                new ChatEvent.ReplyDrafted(
                        HEAD,
                        "out2",
                        "msg1",
                        List.of(TEXT),
                        null,
                        new DraftOrigin.Owner(),
                        null,
                        Map.of(),
                        AT.plusSeconds(9)));
        add(events, "", new ChatEvent.ChatErased(HEAD));
        add(
                events,
                "",
                new ChatEvent.ConversationSummarized(
                        HEAD, TEXT, 20, new DraftOrigin.Model("openai", "gpt-4.1-nano", 900, 80)));
        add(
                events,
                "+topic",
                new ChatEvent.ConversationSummarized(
                        HEAD, TEXT, 20, new DraftOrigin.Model("openai", "gpt-4.1-nano", 900, 80), 5));
        add(events, "", new ChatEvent.TelegramChatChanged(HEAD, -1001234567890L));
    }

    private static void sessionEvents(Map<String, StoredEvent> events) {
        add(
                events,
                "",
                new SessionEvent.SessionConnected(
                        HEAD, SessionKind.BOT, BOT, TEXT, ChatMode.OBSERVE, Delivery.POLLING));
        add(events, "", new SessionEvent.BusinessConnected(HEAD, BOT, "ses_op", "key_1", ChatMode.DRAFT, LINK));
        add(events, "", new SessionEvent.BusinessChanged(HEAD, LINK));
        add(events, "", new SessionEvent.TokenReplaced(HEAD, BOT, OTHER_TEXT));
        add(events, "", new SessionEvent.SessionPaused(HEAD));
        add(events, "", new SessionEvent.SessionResumed(HEAD));
        add(events, "", new SessionEvent.SessionRevoked(HEAD));
        add(events, "", new SessionEvent.ReviewChanged(HEAD, true));
        add(events, "", new SessionEvent.DefaultModeChanged(HEAD, ChatMode.DISABLED));
        add(events, "", new SessionEvent.DeliveryChanged(HEAD, Delivery.WEBHOOK));
        add(events, "", new SessionEvent.UpdateParked(HEAD, 3, "cht_1", TEXT));
        add(events, "", new SessionEvent.ParkedUpdateStored(HEAD, 3));
        add(events, "", new SessionEvent.ParkedUpdateDropped(HEAD, 3, "cht_1", SessionEvent.DropReason.CHAT_FAILED));
        add(events, "", new SessionEvent.ChatMigrated(HEAD, "cht_1", -55, -1001234567890L));
        add(events, "", new SessionEvent.SessionDisconnected(HEAD));
    }

    private static void accountEvents(Map<String, StoredEvent> events) {
        add(events, "", new AccountEvent.AccountOpened(ACCOUNT, "free"));
        add(events, "", new AccountEvent.SettingsChanged(ACCOUNT, OWNERS_SETTINGS));
        add(
                events,
                "+hours",
                new AccountEvent.SettingsChanged(
                        ACCOUNT,
                        new AccountSettings(
                                null,
                                null,
                                "Europe/Berlin",
                                null,
                                new Availability(
                                        new WorkingHours(
                                                List.of(DayOfWeek.MONDAY, DayOfWeek.FRIDAY),
                                                LocalTime.of(9, 0),
                                                LocalTime.of(18, 0)),
                                        OutsideHours.NOTICE),
                                TEXT)));
        add(events, "+default", new AccountEvent.SettingsChanged(ACCOUNT, AccountSettings.DEFAULT));
        add(events, "", new AccountEvent.BlockReserved(ACCOUNT, 4, DAY, 10, AT.plusSeconds(600)));
        add(events, "", new AccountEvent.CallsSettled(ACCOUNT, 4, 3, 1500, 120, 0));
        add(events, "+cost", new AccountEvent.CallsSettled(ACCOUNT, 4, 3, 1500, 120, 792));
        add(events, "", new AccountEvent.BlockClosed(ACCOUNT, 4, 1));
        add(events, "", new AccountEvent.TierChanged(ACCOUNT, "paid"));
        add(events, "", new AccountEvent.BudgetEnded(ACCOUNT, DAY));
        add(events, "", new AccountEvent.AccountErased(ACCOUNT));
    }

    private static void add(Map<String, StoredEvent> events, String variant, StoredEvent event) {
        events.put(event.getClass().getName() + variant, event);
    }

    private static ChatEvent received(
            Content content, @Nullable Integer messageThreadId, @Nullable NotAnsweredReason notAnswered) {
        return new ChatEvent.MessageReceived(
                HEAD, "msg1", "m:17", 17, SENDER, content, messageThreadId, SENT, CARRIER, notAnswered, null);
    }

    private static ChatEvent quoting() {
        return new ChatEvent.MessageReceived(
                HEAD,
                "msg1",
                "m:17",
                17,
                SENDER,
                new Content.Text(TEXT),
                null,
                SENT,
                CARRIER,
                null,
                new Quote(OTHER_TEXT, NAME, true));
    }

    private static ChatEvent drafted(@Nullable String inReplyTo, DraftOrigin origin, @Nullable String idempotencyKey) {
        return new ChatEvent.ReplyDrafted(
                HEAD, "out2", inReplyTo, List.of(TEXT, OTHER_TEXT), 5, origin, idempotencyKey, Map.of());
    }

    private static ChatEvent proposed(@Nullable DraftOrigin origin, Map<Integer, Sealed> formats) {
        return new ChatEvent.ReplyProposed(
                HEAD, "out2", "msg1", List.of(TEXT, OTHER_TEXT), 5, origin, AT.plusSeconds(43200), formats);
    }

    private static ChatState chatStateInHand() {
        ChatState.Pending message =
                new ChatState.Pending("msg3", 19, new Sender(7, NAME, false, "de"), TEXT, 5, AT, false, null);
        return new ChatState(
                null,
                6,
                List.of(),
                List.of(),
                List.of(),
                List.of(new ChatState.Outgoing(
                        "out6",
                        "msg2",
                        List.of(TEXT),
                        null,
                        true,
                        AT,
                        0,
                        ChatState.Step.READY,
                        0,
                        0,
                        null,
                        false,
                        Map.of(),
                        true)),
                List.of(),
                List.of(),
                SENT,
                List.of(),
                0,
                null,
                null,
                List.of(),
                Map.of(),
                List.of(
                        new ChatState.Proposal(
                                "out4",
                                "msg3",
                                message,
                                List.of(TEXT, OTHER_TEXT),
                                5,
                                new DraftOrigin.Model("openrouter", "gpt", 512, 34),
                                AT,
                                AT.plusSeconds(43200),
                                true,
                                Map.of(0, OTHER_TEXT)),
                        new ChatState.Proposal(
                                "out5", "msg4", null, List.of(TEXT), null, null, AT, AT, false, Map.of())),
                List.of(new ChatState.ClosedProposal("out3", DraftEnd.SUPERSEDED)),
                AT.plusSeconds(1800),
                SENT,
                0);
    }

    private static ChatEvent draftedInFormats() {
        return new ChatEvent.ReplyDrafted(
                HEAD,
                "out2",
                "msg1",
                List.of(TEXT, OTHER_TEXT),
                null,
                new DraftOrigin.Model("openrouter", "openai/gpt-4o-mini", 512, 34),
                null,
                Map.of(1, OTHER_TEXT));
    }

    private static ChatState chatStateWithFormats() {
        ChatState.Outgoing out = new ChatState.Outgoing(
                "out6",
                "msg3",
                List.of(TEXT, OTHER_TEXT),
                5,
                true,
                AT,
                1,
                ChatState.Step.STARTED,
                2,
                1,
                null,
                false,
                Map.of(1, OTHER_TEXT),
                false);
        return new ChatState(
                new ChatState.Profile("usr_1", -1001, ChatType.GROUP, NAME, "key_1", CARRIER, SETTINGS, null),
                7,
                List.of(),
                List.of(),
                List.of(),
                List.of(out),
                List.of(),
                List.of(),
                SENT,
                List.of(),
                0,
                null,
                null,
                List.of(),
                Map.of(),
                List.of(),
                List.of(),
                null,
                null,
                0);
    }

    private static ChatState chatStateWithQuotes() {
        Quote quote = new Quote(OTHER_TEXT, NAME, false);
        return new ChatState(
                new ChatState.Profile("usr_1", -1001, ChatType.SUPERGROUP, NAME, "key_1", CARRIER, SETTINGS, null),
                7,
                List.of(),
                List.of(new ChatState.WindowEntry(false, NAME, TEXT, SENT, 17, 3, 5, quote)),
                List.of(new ChatState.Pending("msg5", 17, SENDER, TEXT, 5, AT, false, quote)),
                List.of(),
                List.of(),
                List.of(),
                SENT,
                List.of(),
                0,
                null,
                null,
                List.of(),
                Map.of(),
                List.of(),
                List.of(),
                null,
                null,
                0);
    }

    private static ChatState chatStateBarred() {
        return new ChatState(
                new ChatState.Profile("usr_1", -1001, ChatType.SUPERGROUP, NAME, "key_1", CARRIER, SETTINGS, null),
                7,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                SENT,
                List.of(),
                0,
                null,
                null,
                List.of(
                        new ChatState.Barred(null, 403, "Forbidden: bot was kicked", SENT),
                        new ChatState.Barred(5, 400, "Bad Request: TOPIC_CLOSED", AT)),
                Map.of(),
                List.of(),
                List.of(),
                null,
                null,
                0);
    }

    private static ChatState chatState() {
        return new ChatState(
                new ChatState.Profile("usr_1", -1001, ChatType.GROUP, NAME, "key_1", CARRIER, SETTINGS, null),
                7,
                List.of("m:16", "m:17"),
                List.of(
                        new ChatState.WindowEntry(false, NAME, TEXT, SENT, 17, 0),
                        new ChatState.WindowEntry(true, null, OTHER_TEXT, AT, 18, 0)),
                List.of(new ChatState.Pending("msg5", 20, SENDER, TEXT, 5, AT, false, null)),
                List.of(
                        new ChatState.Outgoing(
                                "out6",
                                "msg3",
                                List.of(TEXT, OTHER_TEXT),
                                5,
                                true,
                                AT,
                                1,
                                ChatState.Step.STARTED,
                                2,
                                1,
                                null,
                                false,
                                Map.of(),
                                false),
                        new ChatState.Outgoing(
                                "out7",
                                null,
                                List.of(TEXT),
                                null,
                                false,
                                AT,
                                0,
                                ChatState.Step.READY,
                                0,
                                0,
                                AT,
                                false,
                                Map.of(),
                                false)),
                List.of(AT),
                List.of(new ChatState.Accepted("0a1b 2c3d", "out7")),
                SENT,
                List.of(),
                0,
                null,
                null,
                List.of(),
                Map.of(),
                List.of(),
                List.of(),
                null,
                null,
                0);
    }

    private static ChatState chatStateWithTopics() {
        ChatState without = chatStateWithSummary();
        return new ChatState(
                without.profile(),
                without.counter(),
                without.seen(),
                without.window(),
                without.pending(),
                without.outbox(),
                without.answeredAt(),
                without.accepted(),
                without.lastMessageAt(),
                without.deadLetters(),
                without.lastDeadLetter(),
                without.noticedAt(),
                without.summary(),
                List.of(),
                Map.of(5, new ChatState.Summary(TEXT, 18)),
                List.of(),
                List.of(),
                null,
                null,
                0);
    }

    private static ChatState chatStateWithSummary() {
        return new ChatState(
                new ChatState.Profile("usr_1", -1001, ChatType.GROUP, NAME, "key_1", CARRIER, SETTINGS, null),
                7,
                List.of(),
                List.of(new ChatState.WindowEntry(false, NAME, TEXT, SENT, 17, 21)),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                SENT,
                List.of(),
                0,
                AT,
                new ChatState.Summary(OTHER_TEXT, 20),
                List.of(),
                Map.of(),
                List.of(),
                List.of(),
                null,
                null,
                0);
    }

    private static ChatState chatStateWithDeadLetters() {
        ChatState.Outgoing draft = new ChatState.Outgoing(
                "out6",
                "msg3",
                List.of(TEXT, OTHER_TEXT),
                5,
                true,
                AT,
                1,
                ChatState.Step.READY,
                2,
                0,
                null,
                true,
                Map.of(),
                false);
        return new ChatState(
                new ChatState.Profile("usr_1", -1001, ChatType.GROUP, NAME, "key_1", CARRIER, SETTINGS, null),
                7,
                List.of(),
                List.of(),
                List.of(new ChatState.Pending("msg5", 20, SENDER, TEXT, 5, AT, true, null)),
                List.of(),
                List.of(),
                List.of(),
                SENT,
                List.of(
                        new ChatState.DeadLetter(
                                "dead3", new ChatState.Pending("msg4", 19, SENDER, TEXT, null, AT, false, null), null),
                        new ChatState.DeadLetter("dead4", null, draft)),
                4,
                null,
                null,
                List.of(),
                Map.of(),
                List.of(),
                List.of(),
                null,
                null,
                0);
    }

    private static SessionState sessionState() {
        return new SessionState(
                SessionState.Phase.PAUSED,
                new SessionState.Connection(
                        "usr_1", SessionKind.BOT, BOT, TEXT, ChatMode.OBSERVE, Delivery.POLLING, SENT, AT),
                List.of(new SessionState.Parked(3, "cht_1", TEXT)),
                3,
                Map.of(-1001234567890L, "cht_1"));
    }

    private static AccountState accountState(long costMicroUsd, @Nullable Instant budgetEndedAt) {
        return new AccountState(
                true,
                "free",
                OWNERS_SETTINGS,
                DAY,
                12,
                6000,
                480,
                costMicroUsd,
                4,
                List.of(new AccountState.Block(4, DAY, 7, AT.plusSeconds(600))),
                budgetEndedAt);
    }
}
