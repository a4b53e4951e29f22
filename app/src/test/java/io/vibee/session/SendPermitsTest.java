package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.protocol.session.SessionCommand.PermitReply.Granted;
import io.vibee.protocol.session.SessionCommand.PermitReply.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The permits of a bot")
class SendPermitsTest {

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

    private final SendPermits permits = new SendPermits(30, "one");
    private final Map<String, TestInbox<PermitReply>> inboxes = new HashMap<>();

    private static Instant at(double seconds) {
        return AT.plusMillis(Math.round(seconds * 1000));
    }

    private TestInbox<PermitReply> inbox(String chat) {
        return inboxes.computeIfAbsent(chat, name -> TestInbox.create(name));
    }

    private void ask(String chat, long telegramChat, Instant now) {
        request(permits, chat, telegramChat, inbox(chat), true, now);
    }

    private static void request(
            SendPermits permits,
            String chat,
            long telegramChat,
            TestInbox<PermitReply> inbox,
            boolean ready,
            Instant now) {
        ActorRef<PermitReply> replyTo = inbox.getRef();
        permits.request(chat, telegramChat, replyTo, ready, now).ifPresent(replyTo::tell);
    }

    private Optional<Instant> serve(Instant now) {
        return serve(permits, now);
    }

    private static Optional<Instant> serve(SendPermits permits, Instant now) {
        SendPermits.Served served = permits.serve(now);
        served.grants().forEach(grant -> grant.to().tell(grant.permit()));
        return served.next();
    }

    /** Asks and gives the permit that is there at once. */
    private Granted take(String chat, long telegramChat, Instant now) {
        ask(chat, telegramChat, now);
        return granted(chat).orElseThrow(() -> new AssertionError("no permit for " + chat));
    }

    private Optional<Granted> granted(String chat) {
        return inbox(chat).getAllReceived().stream()
                .filter(Granted.class::isInstance)
                .map(Granted.class::cast)
                .reduce((first, second) -> second);
    }

    /** Takes a permit of each of so many chats, and uses it up. */
    private void busy(int chats, Instant now) {
        for (int i = 0; i < chats; i++) {
            permits.done(take("busy" + now + i, 1000 + i, now).permitId());
        }
    }

    @Nested
    @DisplayName("are given")
    class Given {

        @Test
        @DisplayName("at once when nobody waits, for ten seconds")
        void atOnce() {
            Granted permit = take("a", 1, AT);

            assertThat(permit.deadline()).isEqualTo(AT.plus(SendPermits.LIFETIME));
            assertThat(permit.permitId()).startsWith("one-");
        }

        @Test
        @DisplayName("so many a second over all chats")
        void perSecond() {
            busy(30, AT);
            ask("late", 1, at(0.5));

            assertThat(inbox("late").getAllReceived()).containsExactly(new Waiting());
            assertThat(serve(at(0.5))).contains(at(1));
            assertThat(granted("late")).isEmpty();
            assertThat(serve(at(1))).isEmpty();
            assertThat(granted("late")).isPresent();
        }

        @Test
        @DisplayName("in a short burst to one chat, then one a second")
        void perChat() {
            for (int i = 0; i < 3; i++) {
                permits.done(take("a", 1, AT).permitId());
            }
            ask("a", 1, AT);
            assertThat(inbox("a").getAllReceived()).containsExactly(new Waiting());
            assertThat(serve(AT)).contains(at(3));
            serve(at(3));
            assertThat(granted("a")).isPresent();

            int sent = 0;
            for (double second = 10; second < 70; second += 0.5) {
                ask("b", 2, at(second));
                serve(at(second));
                sent += granted("b")
                        .map(permit -> {
                            permits.done(permit.permitId());
                            return 1;
                        })
                        .orElse(0);
            }
            assertThat(sent).isBetween(59, 63);
        }

        @Test
        @DisplayName("twenty a minute in a group, and not so few to a person")
        void perMinute() {
            for (int second = 0; second < 20; second++) {
                permits.done(take("group", -5, at(second)).permitId());
                permits.done(take("person", 5, at(second)).permitId());
            }
            ask("group", -5, at(20));

            assertThat(inbox("group").getAllReceived()).containsExactly(new Waiting());
            assertThat(serve(at(20))).contains(at(60));
            ask("person", 5, at(20));
            serve(at(20));
            assertThat(granted("person")).isPresent();
            serve(at(60));
            assertThat(granted("group")).isPresent();
        }

        @Test
        @DisplayName("to nobody while Telegram says to wait, and not sooner for a shorter wait told later")
        void held() {
            permits.hold(at(5));
            permits.hold(at(2));
            ask("a", 1, AT);

            assertThat(serve(at(2))).contains(at(5));
            assertThat(granted("a")).isEmpty();
            serve(at(5));
            assertThat(granted("a")).isPresent();
        }

        @Test
        @DisplayName("to nobody while the session can't send")
        void notReady() {
            request(permits, "a", 1, inbox("a"), false, AT);

            assertThat(inbox("a").getAllReceived()).containsExactly(new Waiting());
            assertThat(serve(AT)).isEmpty();
            assertThat(granted("a")).isPresent();
        }

        @Test
        @DisplayName("without any pacing when there is none, only while Telegram says to wait")
        void unpaced() {
            SendPermits unpaced = new SendPermits(0, "two");
            TestInbox<PermitReply> inbox = TestInbox.create();
            for (int i = 0; i < 50; i++) {
                request(unpaced, "a", -5, inbox, true, AT);
            }
            assertThat(inbox.getAllReceived()).hasSize(50).allMatch(Granted.class::isInstance);
            unpaced.hold(at(1));
            request(unpaced, "a", -5, inbox, true, AT);
            assertThat(inbox.getAllReceived()).containsExactly(new Waiting());
        }
    }

    @Nested
    @DisplayName("hold")
    class Use {

        @Test
        @DisplayName("once")
        void once() {
            String permit = take("a", 1, AT).permitId();

            assertThat(permits.use(permit, "a", AT)).isTrue();
            assertThat(permits.use(permit, "a", AT)).isFalse();
        }

        @Test
        @DisplayName("for the chat that asked")
        void forItsChat() {
            String permit = take("a", 1, AT).permitId();

            assertThat(permits.use(permit, "b", AT)).isFalse();
            assertThat(permits.use(permit, "a", AT)).as("still there").isTrue();
        }

        @Test
        @DisplayName("until their deadline")
        void deadline() {
            String permit = take("a", 1, AT).permitId();
            String other = take("b", 2, AT).permitId();

            assertThat(permits.use(permit, "a", AT.plus(SendPermits.LIFETIME).minusMillis(1)))
                    .isTrue();
            assertThat(permits.use(other, "b", AT.plus(SendPermits.LIFETIME))).isFalse();
        }

        @Test
        @DisplayName("in the incarnation that gave them only")
        void otherIncarnation() {
            String permit = take("a", 1, AT).permitId();

            assertThat(new SendPermits(30, "two").use(permit, "a", AT)).isFalse();
        }

        @Test
        @DisplayName("not after they were given back")
        void released() {
            String permit = take("a", 1, AT).permitId();
            permits.done(permit);

            assertThat(permits.use(permit, "a", AT)).isFalse();
        }
    }

    @Nested
    @DisplayName("on their way at once are so many at most")
    class InFlight {

        private final List<Granted> all = new ArrayList<>();

        private void fill() {
            SendPermits unpaced = new SendPermits(0, "one");
            for (int i = 0; i < SendPermits.MOST_IN_FLIGHT; i++) {
                request(unpaced, "chat" + i, i, inbox("chat" + i), true, AT);
                all.add(granted("chat" + i).orElseThrow());
            }
            full = unpaced;
        }

        private SendPermits full = permits;

        @Test
        @DisplayName("the next waits until one is done")
        void done() {
            fill();
            request(full, "next", 500, inbox("next"), true, AT);

            assertThat(inbox("next").getAllReceived()).containsExactly(new Waiting());
            assertThat(serve(full, AT)).contains(AT.plus(SendPermits.LIFETIME));
            full.done(all.getFirst().permitId());
            serve(full, AT);
            assertThat(granted("next")).isPresent();
        }

        @Test
        @DisplayName("or until unused ones are over")
        void over() {
            fill();
            request(full, "next", 500, inbox("next"), true, AT);
            serve(full, AT.plus(SendPermits.LIFETIME));

            assertThat(granted("next")).isPresent();
        }

        @Test
        @DisplayName("and used ones count until nothing can be on its way")
        void used() {
            fill();
            all.forEach(permit -> full.use(permit.permitId(), "chat" + all.indexOf(permit), AT));
            request(full, "next", 500, inbox("next"), true, AT);
            Instant later = AT.plus(SendPermits.LIFETIME);

            assertThat(serve(full, later)).contains(later.plusSeconds(1));
            assertThat(granted("next")).isEmpty();
            serve(full, later.plus(Duration.ofMinutes(1)));
            assertThat(granted("next")).isPresent();
        }
    }

    @Nested
    @DisplayName("are waited for")
    class Queue {

        @Test
        @DisplayName("in order, one place for each chat")
        void inOrder() {
            SendPermits slow = new SendPermits(1, "slow");
            TestInbox<PermitReply> first = inbox("first");
            TestInbox<PermitReply> second = inbox("second");
            request(slow, "before", 3, inbox("before"), true, AT);
            request(slow, "first", 1, first, true, AT);
            request(slow, "second", 2, second, true, AT);
            request(slow, "first", 1, first, true, AT);

            assertThat(serve(slow, at(1))).contains(at(2));
            assertThat(granted("first")).isPresent();
            assertThat(granted("second")).isEmpty();
            assertThat(serve(slow, at(2))).isEmpty();
            assertThat(granted("second")).isPresent();
        }

        @Test
        @DisplayName("by a chat at its limit without holding up the others")
        void nobodyStarves() {
            for (int i = 0; i < 3; i++) {
                permits.done(take("busy", 1, AT).permitId());
            }
            ask("busy", 1, AT);
            ask("quiet", 2, AT);
            serve(AT);

            assertThat(granted("quiet")).isPresent();
            assertThat(granted("busy")).isEmpty();
        }

        @Test
        @DisplayName("for a bounded time, however many chats there are")
        void everybodyInTurn() {
            int chats = 300;
            for (int i = 0; i < chats; i++) {
                ask("chat" + i, i + 1, AT);
                serve(AT);
            }
            Instant now = AT;
            Optional<Instant> next = serve(now);
            while (next.isPresent()) {
                now = next.get();
                for (TestInbox<PermitReply> inbox : inboxes.values()) {
                    inbox.getAllReceived().stream()
                            .filter(Granted.class::isInstance)
                            .forEach(reply -> permits.done(((Granted) reply).permitId()));
                }
                next = serve(now);
            }
            assertThat(now).isEqualTo(at(9));
            assertThat(permits.close()).isEmpty();
        }

        @Test
        @DisplayName("by nobody any more after the session stopped sending")
        void closed() {
            permits.hold(at(5));
            ask("a", 1, AT);
            ask("b", 2, AT);

            assertThat(permits.close())
                    .containsExactly(inbox("a").getRef(), inbox("b").getRef());
            assertThat(permits.close()).isEmpty();
            assertThat(serve(at(5))).isEmpty();
        }

        @Test
        @DisplayName("by so many at most, and one more hears nothing, so that it comes again")
        void bounded() {
            permits.hold(at(60));
            TestInbox<PermitReply> crowd = TestInbox.create();
            for (int i = 0; i < SendPermits.MOST_WAITING; i++) {
                request(permits, "crowd" + i, i, crowd, true, AT);
            }
            ask("late", 1, AT);
            assertThat(inbox("late").hasMessages()).isFalse();
            request(permits, "crowd7", 7, inbox("again"), true, AT);
            assertThat(inbox("again").getAllReceived()).containsExactly(new Waiting());
        }
    }
}
