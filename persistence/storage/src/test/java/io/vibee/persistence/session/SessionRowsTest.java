package io.vibee.persistence.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.persistence.DatabaseSpecification;
import io.vibee.persistence.page.Page;
import io.vibee.persistence.session.Claim.Claimed;
import io.vibee.persistence.session.Claim.OwnedBySame;
import io.vibee.persistence.session.Claim.Resumed;
import io.vibee.persistence.session.Claim.Taken;
import io.vibee.persistence.session.Claim.TooMany;
import io.vibee.protocol.crypto.Sealed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("database")
class SessionRowsTest extends DatabaseSpecification {

    private final SessionRows sessions = new SessionRows(database);

    @BeforeEach
    void addUsers() {
        addUser("ann");
        addUser("bob");
    }

    @Nested
    class Claiming {

        @Test
        void aNewBotIsTheCallersAndNotConnectedYet() {
            SessionRow row = ((Claimed) claim("s1", "ann", 7, 5)).row();

            assertThat(row.connected()).isFalse();
            assertThat(row.token()).isEqualTo(new Sealed("key-s1", "sealed-s1"));
            assertThat(await(sessions.find("ann", "s1"))).contains(row);
            assertThat(await(sessions.find("bob", "s1"))).isEmpty();
        }

        @Test
        void onesOwnUnfinishedBotGoesOnWithTheNewToken() {
            claim("s1", "ann", 7, 5);

            SessionRow row = ((Resumed) claim("s2", "ann", 7, 1)).row();

            assertThat(row.id()).isEqualTo("s1");
            assertThat(row.token()).isEqualTo(new Sealed("key-s2", "sealed-s2"));
        }

        @Test
        void onesOwnConnectedBotIsGivenBackAsItIs() {
            claim("s1", "ann", 7, 5);
            await(sessions.connected("s1"));

            SessionRow row = ((OwnedBySame) claim("s2", "ann", 7, 1)).row();

            assertThat(row.id()).isEqualTo("s1");
            assertThat(row.connected()).isTrue();
            assertThat(row.token()).isNull();
        }

        @Test
        void anothersBotIsTaken() {
            claim("s1", "ann", 7, 5);

            assertThat(claim("s2", "bob", 7, 5)).isEqualTo(new Taken());
        }

        @Test
        void moreThanTheLimitIsTooManyAndZeroIsNoLimit() {
            claim("s1", "ann", 1, 2);
            claim("s2", "ann", 2, 2);

            assertThat(claim("s3", "ann", 3, 2)).isEqualTo(new TooMany(2));
            assertThat(claim("s3", "ann", 3, 0)).isInstanceOf(Claimed.class);
            assertThat(claim("s4", "bob", 4, 2)).isInstanceOf(Claimed.class);
        }

        @Test
        void theLimitIsExactWhenManyAreClaimedAtOnce() {
            List<Claim> claims = awaitAll(IntStream.range(0, 12)
                    .mapToObj(i -> sessions.claim(row("s" + i, "ann", "bot", 100 + i), 5))
                    .toList());

            assertThat(claims).filteredOn(Claimed.class::isInstance).hasSize(5);
            assertThat(claims).filteredOn(TooMany.class::isInstance).hasSize(7);
        }

        @Test
        void oneOfManyWhoClaimABotAtOnceGetsIt() {
            IntStream.range(0, 8).forEach(i -> addUser("user" + i));

            List<Claim> claims = awaitAll(IntStream.range(0, 8)
                    .mapToObj(i -> sessions.claim(row("s" + i, "user" + i, "bot", 7), 5))
                    .toList());

            assertThat(claims).filteredOn(Claimed.class::isInstance).hasSize(1);
            assertThat(claims).filteredOn(Taken.class::isInstance).hasSize(7);
        }

        @Test
        void manyPeopleMayConnectToTheOperatorsBotWithTheirOwnAccounts() {
            assertThat(await(sessions.claim(row("o", "ann", "operator", 7), 0))).isInstanceOf(Claimed.class);
            assertThat(await(sessions.claim(row("b1", "ann", "business", 7), 0)))
                    .isInstanceOf(Claimed.class);
            assertThat(await(sessions.claim(row("b2", "bob", "business", 7), 0)))
                    .isInstanceOf(Claimed.class);
            assertThat(await(sessions.claim(row("b2", "bob", "business", 7), 0)))
                    .isInstanceOf(Resumed.class);
            assertThat(await(sessions.claim(row("b2", "ann", "business", 7), 0)))
                    .isInstanceOf(Taken.class);
        }

        @Test
        void anUnknownOwnerIsAFailure() {
            assertThatThrownBy(() -> claim("s1", "nobody", 7, 5)).hasMessageContaining("nobody");
        }
    }

    @Nested
    class Listing {

        @Test
        void givesTheOwnersSessionsNewestFirstPageByPage() {
            for (int i = 0; i < 7; i++) {
                claim("s" + i, "ann", i, 0);
            }
            claim("other", "bob", 99, 0);
            // Two of the same moment must neither be lost nor doubled between pages.
            execute(
                    "update telegram_session set created_at = (select created_at from telegram_session where id = 's3') "
                            + "where id = 's4'");

            List<String> seen = new ArrayList<>();
            @Nullable String cursor = null;
            do {
                Page<SessionRow> page = await(sessions.list("ann", cursor, 2));
                page.items().forEach(row -> seen.add(row.id()));
                cursor = page.nextCursor();
            } while (cursor != null);

            assertThat(seen).containsExactly("s6", "s5", "s4", "s3", "s2", "s1", "s0");
        }

        @Test
        void refusesACursorOfSomethingElse() {
            assertThatThrownBy(() -> sessions.list("ann", "!", 10)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> sessions.list("ann", "YQpi", 10)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> sessions.list("ann", null, 0)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aDeletedBotCanBeClaimedByAnother() {
        claim("s1", "ann", 7, 5);

        assertThat(await(sessions.delete("bob", "s1"))).isFalse();
        assertThat(await(sessions.delete("ann", "s1"))).isTrue();
        assertThat(await(sessions.delete("ann", "s1"))).isFalse();
        assertThat(claim("s2", "bob", 7, 5)).isInstanceOf(Claimed.class);
    }

    @Test
    void theSweepSeesWhatWasBegunLongAgoAndIsNotConnected() {
        claim("old", "ann", 1, 0);
        claim("done", "ann", 2, 0);
        claim("new", "ann", 3, 0);
        await(sessions.connected("done"));
        execute("update telegram_session set created_at = now() - interval '1 hour' where id <> 'new'");

        assertThat(await(sessions.connecting(Duration.ofMinutes(1), 10)))
                .extracting(SessionRow::id)
                .containsExactly("old");
    }

    private Claim claim(String id, String owner, long bot, int limit) {
        return await(sessions.claim(row(id, owner, "bot", bot), limit));
    }

    private static SessionRow row(String id, String owner, String kind, long bot) {
        return new SessionRow(
                id,
                owner,
                kind,
                bot,
                "bot" + bot,
                false,
                new Sealed("key-" + id, "sealed-" + id),
                "disabled",
                "webhook",
                Instant.EPOCH);
    }
}
