package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.account.SignIn;
import io.vibee.account.SignInClient;
import io.vibee.chat.Chat;
import io.vibee.journal.Eventually;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.persistence.account.User;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.account.GateCommand;
import io.vibee.protocol.account.GateCommand.Admission;
import io.vibee.protocol.account.GrantKey;
import io.vibee.protocol.chat.ChatMode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("Who uses two nodes has no more of")
@Tag("node")
class LimitsOverTwoNodesTest {

    private static final int CALLS_PER_DAY = 30;
    private static final int REQUESTS_PER_MINUTE = 6;
    private static final int REPLIES_PER_MINUTE = 4;
    private static final int SENDS_PER_SECOND = 5;
    private static final int CHATS = 6;
    private static final Duration ASK = Duration.ofSeconds(10);

    private static final Outside OUTSIDE = new Outside();
    private static final DatabaseUrl DATABASE = TestDatabase.fresh();
    private static final Journal JOURNAL = new Journal(DATABASE);
    private static final StandingClock CLOCK = new StandingClock();
    private static TestNode first;
    private static TestNode second;

    /** Stands still until it is put forward. */
    private static final class StandingClock extends Clock {
        private volatile Instant now = Instant.now();

        void putForward(Duration by) {
            now = now.plus(by);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    @BeforeAll
    static void start() {
        TestNode.Setup setup = TestNode.on(DATABASE, OUTSIDE)
                .with("VIBEE_AI_REQUESTS_PER_DAY", String.valueOf(CALLS_PER_DAY))
                .with("VIBEE_API_REQUESTS_PER_MINUTE", String.valueOf(REQUESTS_PER_MINUTE))
                .with("VIBEE_CHAT_REPLIES_PER_MINUTE", String.valueOf(REPLIES_PER_MINUTE))
                .with("VIBEE_TELEGRAM_SENDS_PER_SECOND", String.valueOf(SENDS_PER_SECOND))
                .clock(CLOCK);
        first = setup.start();
        second = setup.join(first);
    }

    @AfterAll
    static void stop() {
        second.close();
        first.close();
        OUTSIDE.close();
    }

    private static TestNode node(int i) {
        return i % 2 == 0 ? first : second;
    }

    /** How many of the tries pass, and how many may have come back meanwhile. */
    private static void assertPassed(int limit, Duration comesBackEvery, int tries, IntPredicate passes) {
        long started = System.nanoTime();
        long passed = IntStream.range(0, tries).filter(passes).count();
        long cameBack = (System.nanoTime() - started) / comesBackEvery.toNanos();

        assertThat(passed).isBetween((long) limit, limit + cameBack);
    }

    private static SignInClient client(int network) {
        try {
            return SignInClient.of(InetAddress.getByAddress(new byte[] {10, (byte) network, 0, 1}));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("requests a minute")
    void requests() {
        String owner = first.register();
        User user = Eventually.value(first.member().users().findById(owner)).orElseThrow();

        assertPassed(
                REQUESTS_PER_MINUTE,
                Duration.ofSeconds(10),
                30,
                i -> Eventually.value(AskPattern.<GateCommand, Admission>ask(
                                node(i).member().entities().gate(owner),
                                replyTo -> new GateCommand.Admit(user.tokenVersion(), null, replyTo),
                                ASK,
                                node(i).system().scheduler()))
                        instanceof Admission.Admitted);
    }

    private static boolean isJudged(int i, String name, SignInClient client) {
        return !(Eventually.value(node(i).member().credentials().signIn(name, "a wrong password", client))
                instanceof SignIn.Limited);
    }

    @Test
    @DisplayName("tries to sign in under a name, from many networks")
    void signInsOfName() {
        assertPassed(20, Duration.ofSeconds(20), 50, i -> isJudged(i, "nobody", client(i)));
    }

    @Test
    @DisplayName("tries to sign in under a name from one network")
    void signInsOfNetwork() {
        assertPassed(10, Duration.ofMinutes(1), 30, i -> isJudged(i, "nobody else", client(1)));
    }

    @Test
    @DisplayName("model calls a day")
    void calls() {
        String owner = first.register();

        assertThat(IntStream.range(0, 2 * CALLS_PER_DAY)
                        .filter(i -> Eventually.value(AskPattern.<AccountCommand, GrantReply>ask(
                                        node(i).member().entities().account(owner),
                                        replyTo ->
                                                new AccountCommand.Grant(new GrantKey("cht_1", "msg" + i, 0), replyTo),
                                        ASK,
                                        node(i).system().scheduler()))
                                instanceof GrantReply.Granted)
                        .count())
                .isEqualTo(CALLS_PER_DAY);
    }

    @Test
    @DisplayName("sends a second of a bot, and replies a minute of a chat")
    void sends() {
        long callsBefore = OUTSIDE.modelCalls();
        Dialogue one = Dialogue.begin(first, OUTSIDE, JOURNAL, ChatMode.DIGITAL_TWIN);
        List<Dialogue> all = new ArrayList<>(List.of(one));
        IntStream.range(1, CHATS).forEach(i -> all.add(one.withAnother()));
        IntStream.range(0, 2 * REPLIES_PER_MINUTE)
                .forEach(i -> all.forEach(dialogue -> dialogue.write("message " + i)));

        int most = CHATS * REPLIES_PER_MINUTE;
        for (int sent = SENDS_PER_SECOND; sent < most; sent += SENDS_PER_SECOND) {
            awaitSent(all, sent);
            CLOCK.putForward(Duration.ofSeconds(1));
        }
        awaitSent(all, most);

        Eventually.holds(() -> assertThat(all).allSatisfy(dialogue -> {
            assertThat(dialogue.events("Delivered")).hasSize(REPLIES_PER_MINUTE);
            assertThat(node(1).chat(dialogue.owner(), dialogue.chatId()).pending())
                    .isEqualTo(REPLIES_PER_MINUTE);
        }));
        assertThat(OUTSIDE.modelCalls() - callsBefore).isEqualTo(most);
        assertThat(List.of(first, second))
                .as("both have some of the chats")
                .allSatisfy(node -> assertThat(node.entitiesHere(Chat.TYPE_KEY)).isNotEmpty());
    }

    /** Waits until so many were sent, and every chat that may answer more has an answer that waits for its turn. */
    private static void awaitSent(List<Dialogue> all, int count) {
        Eventually.holds(() -> {
            assertThat(all)
                    .allSatisfy(dialogue -> assertThat(dialogue.events("ReplyDrafted"))
                            .hasSize(Math.min(
                                    REPLIES_PER_MINUTE,
                                    dialogue.events("Delivered").size() + 1)));
            assertThat(OUTSIDE.calls(Outside.SEND, all.getFirst().bot())).hasSize(count);
            assertThat(JOURNAL.count(all.getFirst().owner(), "Delivered")).isEqualTo(count);
        });
    }
}
