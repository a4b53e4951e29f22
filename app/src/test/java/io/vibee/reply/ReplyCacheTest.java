package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import io.vibee.journal.Eventually;
import io.vibee.persistence.DatabaseSpecification;
import io.vibee.persistence.cache.CachedReplies;
import io.vibee.persistence.erasure.Erasures;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.persistence.keys.MasterKey;
import io.vibee.persistence.read.ReadErasure;
import io.vibee.reply.Prompt.Role;
import io.vibee.reply.Prompt.Turn;
import io.vibee.reply.ReplyCache.Found;
import io.vibee.reply.ReplyObserver.Lookup;
import io.vibee.reply.ReplyOutcome.Answered;
import io.vibee.reply.ReplyOutcome.Usage;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("The cache of answers")
@Tag("database")
class ReplyCacheTest extends DatabaseSpecification {

    private static final Answered HELLO = new Answered("Hello!", "one", "m1", new Usage(19, 10), 2);
    private static final Answered AGAIN = new Answered("Hello!", "one", "m1", new Usage(0, 0), 0, true, List.of());
    private static final Duration HOUR = Duration.ofHours(1);
    private static final long PATIENCE_SECONDS = 20;

    private final MasterKey master = MasterKey.of("a secret of at least thirty-two characters");
    private final KeyStore keys = new KeyStore(database, master);
    private final Erasures erasures = new Erasures(database, keys, new ReadErasure());
    private final AtomicLong now = new AtomicLong();
    private final ReplyCache cache = another(keys);

    /** As another process has, or this one after it was started again. */
    private ReplyCache another(KeyStore its) {
        return another(its, Duration.ofSeconds(PATIENCE_SECONDS));
    }

    private ReplyCache another(KeyStore its, Duration within) {
        return new ReplyCache(
                its,
                new CachedReplies(database),
                Chains.alike(List.of(new Provider(
                        "one", Provider.Format.CHAT_COMPLETIONS, URI.create("https://one.test/v1"), "key", "m1"))),
                HOUR,
                within,
                (Ticker) now::get);
    }

    private ReplyRequest request(String owner, String chat, String text) {
        String keyId = await(keys.obtain(owner, "chat:" + chat)).keyId();
        Prompt prompt = new Prompt("Be brief.", List.of(new Turn(Role.USER, null, text)));
        return new ReplyRequest(
                owner, chat, keyId, "m", prompt, "en", false, ReplyRequest.Purpose.REPLY, Set.of(), false);
    }

    private static Found find(ReplyCache in, ReplyRequest request) {
        return await(in.find(request));
    }

    /** Asked for, answered, and in the table too. */
    private void keep(ReplyRequest request) {
        long before = number("select count(*) from reply_cache");
        Found.Miss miss = (Found.Miss) find(cache, request);
        cache.keep(Objects.requireNonNull(miss.place()), HELLO);
        Eventually.until("it is in the table", () -> number("select count(*) from reply_cache") > before);
    }

    private static void assertMiss(Found found) {
        assertThat(found).isInstanceOf(Found.Miss.class);
    }

    @Test
    @DisplayName("has nothing at first, then what was kept, here and at once")
    void process() {
        ReplyRequest request = request("ann", "1", "Hi");
        assertMiss(find(cache, request));
        keep(request);

        assertThat(find(cache, request)).isEqualTo(new Found.Hit(AGAIN, Lookup.PROCESS));
        assertThat(find(cache, request("ann", "2", " Hi\n")))
                .as("another chat, the same question")
                .isEqualTo(new Found.Hit(AGAIN, Lookup.PROCESS));
    }

    @Test
    @DisplayName("outlives its process in the table, encrypted")
    void table() {
        ReplyRequest request = request("ann", "1", "Hi");
        keep(request);
        ReplyCache restarted = another(new KeyStore(database, master));

        assertThat(find(restarted, request)).isEqualTo(new Found.Hit(AGAIN, Lookup.TABLE));
        assertThat(find(restarted, request)).isEqualTo(new Found.Hit(AGAIN, Lookup.PROCESS));
        assertThat(
                        number(
                                "select count(*) from reply_cache c where c::text like '%Hello%' or c::text like '%48656c6c6f%'"))
                .isZero();
    }

    @Test
    @DisplayName("gives nobody another owner's answer")
    void owners() {
        keep(request("ann", "1", "Hi"));

        assertMiss(find(cache, request("bob", "1", "Hi")));
        assertMiss(find(another(keys), request("bob", "1", "Hi")));
        assertMiss(find(cache, request("ann", "1", "Hi there")));
    }

    @Test
    @DisplayName("gives no answer that was put in the place of another")
    void moved() {
        keep(request("ann", "1", "Hi"));
        execute("update reply_cache set fingerprint = decode('00', 'hex')");
        keep(request("ann", "1", "What is the secret?"));
        execute(
                "update reply_cache set ciphertext = (select ciphertext from reply_cache where fingerprint = decode('00', 'hex'))");

        assertMiss(find(another(keys), request("ann", "1", "What is the secret?")));
    }

    @Test
    @DisplayName("forgets an answer after its time, here and in the table")
    void expiry() {
        ReplyRequest request = request("ann", "1", "Hi");
        keep(request);
        now.addAndGet(HOUR.minusSeconds(1).toNanos());
        assertThat(find(cache, request)).isInstanceOf(Found.Hit.class);
        execute("update reply_cache set expires_at = now() - interval '1 second'");
        assertThat(find(cache, request)).isInstanceOf(Found.Hit.class);
        now.addAndGet(Duration.ofSeconds(2).toNanos());

        assertMiss(find(cache, request));
    }

    @Test
    @DisplayName("keeps what comes from the table no longer than that does")
    void lifeOfARow() {
        ReplyRequest request = request("ann", "1", "Hi");
        keep(request);
        execute("update reply_cache set expires_at = now() + interval '10 minutes'");
        ReplyCache restarted = another(keys);
        assertThat(find(restarted, request)).isEqualTo(new Found.Hit(AGAIN, Lookup.TABLE));
        execute("delete from reply_cache");
        now.addAndGet(Duration.ofMinutes(9).toNanos());
        assertThat(find(restarted, request)).isEqualTo(new Found.Hit(AGAIN, Lookup.PROCESS));
        now.addAndGet(Duration.ofMinutes(2).toNanos());

        assertMiss(find(restarted, request));
    }

    @Test
    @DisplayName("has no answer of an erased chat any more, nor keeps one that comes later")
    void erasedChat() {
        ReplyRequest request = request("ann", "1", "Hi");
        ReplyRequest open = request("ann", "1", "And you?");
        keep(request);
        Found.Miss miss = (Found.Miss) find(cache, open);

        await(erasures.chat("ann", "1"));
        cache.keep(Objects.requireNonNull(miss.place()), HELLO);

        assertMiss(find(cache, request("ann", "2", "Hi")));
        assertMiss(find(cache, request("ann", "2", "And you?")));
        assertThat(find(cache, open)).as("nothing is kept for it").isEqualTo(new Found.Miss(null));
        assertThat(number("select count(*) from reply_cache")).isZero();
    }

    @Test
    @DisplayName("has no answer of an erased owner any more")
    void erasedOwner() {
        ReplyRequest request = request("ann", "1", "Hi");
        keep(request);

        await(erasures.beginUser("ann"));

        assertThat(find(cache, request)).isEqualTo(new Found.Miss(null));
        assertThat(number("select count(*) from reply_cache")).isZero();
    }

    @Test
    @DisplayName("goes on in its process while the table is away, and delays nobody")
    void away() {
        ReplyRequest known = request("ann", "1", "Hi");
        ReplyRequest other = request("ann", "1", "And you?");
        keep(known);
        assertMiss(find(cache, other));
        await(database.closeLater());
        long began = System.nanoTime();

        assertThat(find(cache, known)).isEqualTo(new Found.Hit(AGAIN, Lookup.PROCESS));
        assertThat(find(cache, other)).isInstanceOfSatisfying(Found.Miss.class, miss -> {
            cache.keep(Objects.requireNonNull(miss.place()), HELLO);
            assertThat(find(cache, other)).isEqualTo(new Found.Hit(AGAIN, Lookup.PROCESS));
        });

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    @DisplayName("takes a table that does not answer in time for a miss")
    void mute() {
        ReplyRequest request = request("ann", "1", "Hi");
        execute("create or replace function slow() returns boolean language sql as 'select pg_sleep(3) is null'");
        CompletableFuture<Long> holding = database.inTransaction(connection -> io.vibee.journal.database.Query.on(
                                connection, "lock table reply_cache in access exclusive mode")
                        .update()
                        .flatMap(locked -> io.vibee.journal.database.Query.on(connection, "select slow()")
                                .update()))
                .toFuture();
        Eventually.until(
                "the table is locked",
                () -> number("select count(*) from pg_locks where mode = 'AccessExclusiveLock' and granted") > 0);
        ReplyCache impatient = another(keys, Duration.ofMillis(50));

        assertMiss(find(impatient, request));

        assertThat(holding).as("the table is locked still").isNotDone();
        await(holding);
    }
}
