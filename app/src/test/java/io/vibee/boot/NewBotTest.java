package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.journal.Eventually;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.operator.ManagedBots;
import io.vibee.persistence.session.SessionRow;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionView;
import io.vibee.sandbox.ChatButton;
import io.vibee.sandbox.Fault;
import io.vibee.sandbox.SandboxBot;
import io.vibee.sandbox.SandboxChat;
import io.vibee.sandbox.SandboxUser;
import io.vibee.sandbox.TranscriptEntry;
import io.vibee.session.Connected;
import io.vibee.telegram.BotAccess;
import io.vibee.telegram.TelegramClient;
import io.vibee.telegram.TelegramException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A bot that a person makes through the operator's bot")
@Tag("node")
class NewBotTest {

    private static final Outside OUTSIDE = new Outside();
    private static final DatabaseUrl DATABASE = TestDatabase.fresh();
    private static final Journal JOURNAL = new Journal(DATABASE);
    private static final SandboxBot BOT = OUTSIDE.world().createBot("operators_bot");
    private static final AtomicInteger PEOPLE = new AtomicInteger();
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.on(DATABASE, OUTSIDE)
                .with("TELEGRAM_BOT_TOKEN", BOT.token().reveal())
                .with("VIBEE_MAX_SESSIONS_PER_USER", "2")
                .start();
        Eventually.holds(() -> assertThat(
                        OUTSIDE.world().commands(BOT, OUTSIDE.world().createUser("Nobody")))
                .containsKey("newbot"));
    }

    @AfterAll
    static void stop() {
        node.close();
        OUTSIDE.close();
    }

    @AfterEach
    void allIsWell() {
        OUTSIDE.telegram().faults().clear();
        OUTSIDE.world().managedBots().mode(BOT, true);
    }

    /** Somebody who makes bots, and somebody who writes to them. */
    private static final class Person {
        private final int number = PEOPLE.incrementAndGet();
        private final SandboxUser bob = OUTSIDE.world().createUser("Bob" + number);
        private final SandboxUser ann = OUTSIDE.world().createUser("Ann" + number);
        private final SandboxChat desk = OUTSIDE.world().privateChat(bob);
        private int bots;

        Person signedUp() {
            OUTSIDE.world().userStarts(BOT, bob, "");
            reads("You are signed up", 1);
            return this;
        }

        void says(String text) {
            OUTSIDE.world().userWrites(BOT, bob, desk, text);
        }

        SandboxBot makes() {
            return OUTSIDE.world()
                    .managedBots()
                    .confirms(bob, BOT, "bob" + number + "_" + bots++ + "_bot", "Bob's twin");
        }

        /** Makes one and waits until it is connected. */
        SandboxBot made() {
            SandboxBot made = makes();
            reads("@" + made.username() + " is connected", 1);
            return made;
        }

        long read(String part) {
            return OUTSIDE.world().transcript(BOT, desk).stream()
                    .filter(entry -> entry.fromBot() && entry.text().contains(part))
                    .count();
        }

        /** Waits until the operator's bot has said so, so many times. */
        void reads(String part, long times) {
            Eventually.holds(() -> assertThat(read(part)).as(part).isEqualTo(times));
        }

        String owner() {
            return JOURNAL.rows("select id from app_user where telegram_verified and telegram_id = " + bob.id())
                    .getFirst()
                    .getFirst();
        }

        /** The sessions of a bot, whoever has them. */
        List<String> sessions(SandboxBot made) {
            return JOURNAL.rows("select id from telegram_session where bot_id = " + made.id()).stream()
                    .map(List::getFirst)
                    .toList();
        }

        SessionRow session(SandboxBot made) {
            return Eventually.value(node.member()
                            .sessionRows()
                            .find(owner(), sessions(made).getFirst()))
                    .orElseThrow();
        }

        ManagedBots.Managed managed(SandboxBot made) {
            return Eventually.value(node.member().managedBots().of(session(made)))
                    .orElseThrow();
        }

        /** Ann writes to the bot, and has so many answers then. */
        void annIsAnswered(SandboxBot made, long times) {
            SandboxChat chat = OUTSIDE.world().privateChat(ann);
            OUTSIDE.world().userWrites(made, ann, chat, "hello");
            Eventually.holds(() -> assertThat(OUTSIDE.world().transcript(made, chat))
                    .filteredOn(TranscriptEntry::fromBot)
                    .hasSize((int) times));
        }

        void removes(SessionRow session) {
            node.<SessionCommand, Done>ask(
                    node.member().entities().session(session.id()),
                    replyTo -> new SessionCommand.Disconnect(session.owner(), replyTo));
            Eventually.value(node.member().sessionRows().delete(session.owner(), session.id()));
        }
    }

    /** Everything that came to the operator's bot is taken. */
    private static void allTaken() {
        Eventually.holds(() -> assertThat(OUTSIDE.world().unconfirmed(BOT)).isZero());
    }

    @Test
    @DisplayName("is offered by a button and a link, connects by itself, and answers")
    void made() {
        Person person = new Person().signedUp();
        person.says("/newbot");
        person.reads("https://t.me/newbot/operators_bot/tg" + person.bob.id() + "_twin_bot?name=My%20twin\n", 1);
        ChatButton.ManagedBotRequest offered = Objects.requireNonNull(
                OUTSIDE.world().keyboard(BOT, person.desk).getFirst().getFirst().managedBot());
        assertThat(offered.suggestedUsername()).isEqualTo("tg" + person.bob.id() + "_twin_bot");
        SandboxBot made = OUTSIDE.world()
                .managedBots()
                .confirms(
                        person.bob,
                        BOT,
                        Objects.requireNonNull(offered.suggestedUsername()),
                        Objects.requireNonNull(offered.suggestedName()));

        person.reads("@" + made.username() + " is connected. New chats begin in the mode \"answer\"", 1);
        SessionView session = node.session(person.owner(), person.sessions(made).getFirst());
        assertThat(session.kind()).isEqualTo(SessionKind.BOT);
        assertThat(session.defaultMode()).isEqualTo(ChatMode.DIGITAL_TWIN);
        person.annIsAnswered(made, 1);
        allTaken();
    }

    @Test
    @DisplayName("is offered in the person's language, and made by the link as well")
    void byLink() {
        SandboxUser vera = OUTSIDE.world().createUser("Вера", "ru", false);
        SandboxChat desk = OUTSIDE.world().privateChat(vera);
        OUTSIDE.world().userStarts(BOT, vera, "");
        OUTSIDE.world().userWrites(BOT, vera, desk, "/newbot");
        String link = Eventually.gives(() -> {
            List<String> links = OUTSIDE.world().transcript(BOT, desk).stream()
                    .flatMap(entry -> entry.text().lines())
                    .filter(line -> line.contains("https://t.me/newbot/"))
                    .toList();
            assertThat(links).hasSize(1);
            return links.getFirst();
        });
        SandboxBot made = OUTSIDE.world().managedBots().opens(vera, link.substring(link.indexOf("https://")));

        assertThat(made.firstName()).isEqualTo("Мой двойник");
        Eventually.holds(() -> assertThat(OUTSIDE.world().transcript(BOT, desk))
                .extracting(TranscriptEntry::text)
                .anyMatch(text -> text.contains("@" + made.username() + " подключён")));
    }

    @Test
    @DisplayName("is offered by nobody while the operator has not switched it on")
    void off() {
        Person person = new Person().signedUp();
        OUTSIDE.world().managedBots().mode(BOT, false);
        person.says("/newbot");

        person.reads("has not switched bot management on", 1);
        assertThat(OUTSIDE.world().keyboard(BOT, person.desk)).isEmpty();
    }

    @Test
    @DisplayName("of a person whom nobody knows waits until the person is known, who is told so once")
    void unknown() {
        Person person = new Person();
        SandboxBot made = person.makes();
        person.reads("You made @" + made.username() + ", and I don't know you here", 1);
        OUTSIDE.world().managedBots().replacesToken(person.bob, made);
        allTaken();
        assertThat(person.read("I don't know you here")).isEqualTo(1);
        assertThat(person.sessions(made)).isEmpty();

        person.signedUp();
        person.reads("is connected", 1);
        person.annIsAnswered(made, 1);
        person.says("/start");
        person.reads("You are tg" + person.bob.id(), 1);
        allTaken();
        assertThat(person.read("is connected.")).isEqualTo(1);
    }

    @Test
    @DisplayName("is one session however often Telegram tells of it, and goes on with a token that its maker replaced")
    void again() {
        Person person = new Person().signedUp();
        SandboxBot made = person.made();
        person.annIsAnswered(made, 1);
        OUTSIDE.world().injectUpdate(BOT, id -> """
                {"update_id":%d,"managed_bot":{"user":{"id":%d,"is_bot":false,"first_name":"Bob"},
                 "bot":{"id":%d,"is_bot":true,"first_name":"Twin","username":"%s"}}}""".formatted(id, person.bob.id(), made.id(), made.username()));
        allTaken();
        assertThat(person.sessions(made)).hasSize(1);

        OUTSIDE.world().managedBots().replacesToken(person.bob, made);
        allTaken();
        person.annIsAnswered(made, 2);
        assertThat(person.sessions(made)).hasSize(1);
        assertThat(person.read("is connected.")).isEqualTo(1);
    }

    @Test
    @DisplayName("is connected however many steps on the way break off")
    void faults() {
        Person person = new Person().signedUp();
        OUTSIDE.fail(1, "getManagedBotToken", BOT, Fault.serverError(502));
        OUTSIDE.fail(1, "getManagedBotToken", BOT, Fault.cutAfter());
        OUTSIDE.fail(1, "sendMessage", BOT, Fault.serverError(502));
        SandboxBot made = person.made();

        allTaken();
        assertThat(person.sessions(made)).hasSize(1);
        person.annIsAnswered(made, 1);
    }

    @Test
    @DisplayName("that its owner removed here does not come back by itself")
    void removed() {
        Person person = new Person().signedUp();
        SandboxBot made = person.made();
        allTaken();
        person.removes(person.session(made));
        OUTSIDE.world().managedBots().replacesToken(person.bob, made);
        allTaken();

        assertThat(person.sessions(made)).isEmpty();
    }

    @Test
    @DisplayName("is not connected beyond the sessions that its owner may have, until one is removed")
    void tooMany() {
        Person person = new Person().signedUp();
        SandboxBot first = person.made();
        person.made();
        SandboxBot third = person.makes();
        person.reads("@" + third.username() + " is not connected: you have 2 sessions", 1);
        person.removes(person.session(first));
        person.says("/start");

        person.reads("@" + third.username() + " is connected", 1);
    }

    @Test
    @DisplayName("that is gone before its token was asked for is told of, and holds nothing up")
    void gone() {
        Person person = new Person().signedUp();
        OUTSIDE.fail(1, "getManagedBotToken", BOT, Fault.badRequest("BOT_INVALID"));
        SandboxBot made = person.makes();

        person.reads("no token for @" + made.username(), 1);
        allTaken();
        assertThat(person.sessions(made)).isEmpty();
    }

    @Test
    @DisplayName("gets another token when its owner wants, and goes on")
    void tokens() {
        Person person = new Person().signedUp();
        SandboxBot made = person.made();
        person.annIsAnswered(made, 1);
        String id = person.session(made).id();

        assertThat(Eventually.value(person.managed(made).replaceToken()))
                .isInstanceOfSatisfying(
                        Connected.Live.class,
                        live -> assertThat(live.session().id()).isEqualTo(id));
        try (var client = new TelegramClient(OUTSIDE.telegram().url())) {
            assertThatThrownBy(() -> Eventually.value(client.getMe(made.token())))
                    .hasStackTraceContaining(TelegramException.class.getName())
                    .hasStackTraceContaining("401");
        }
        person.annIsAnswered(made, 2);
    }

    @Test
    @DisplayName("is open to everyone, or to whom its owner names")
    void access() {
        Person person = new Person().signedUp();
        SandboxBot made = person.made();
        SandboxUser boris = OUTSIDE.world().createUser("Boris");
        ManagedBots.Managed managed = person.managed(made);
        assertThat(Eventually.value(managed.access())).isEqualTo(new BotAccess(false, List.of()));

        BotAccess some = new BotAccess(true, List.of(person.ann.id()));
        Eventually.value(managed.access(some));
        assertThat(Eventually.value(managed.access())).isEqualTo(some);
        assertThatThrownBy(() ->
                        OUTSIDE.world().userWrites(made, boris, OUTSIDE.world().privateChat(boris), "hi"))
                .isInstanceOf(IllegalArgumentException.class);
        person.annIsAnswered(made, 1);
    }

    @Test
    @DisplayName("is managed by its maker's session only, and a bot that was connected by its token is not")
    void others() {
        Person person = new Person().signedUp();
        SandboxBot made = person.made();
        SessionRow session = person.session(made);
        String other = node.register();
        SandboxBot pasted = OUTSIDE.bot();
        SessionView own = node.connect(other, pasted, ChatMode.OBSERVE);
        SessionRow ownRow = Eventually.value(node.member().sessionRows().find(other, own.id()))
                .orElseThrow();

        assertThat(Eventually.value(node.member().managedBots().of(ownRow))).isEmpty();
        assertThat(Eventually.value(node.member().sessionRows().find(other, session.id())))
                .isEmpty();
    }
}
