package io.vibee.boot;

import io.vibee.sandbox.BotApiServer;
import io.vibee.sandbox.SandboxBot;
import io.vibee.sandbox.SandboxUser;
import io.vibee.sandbox.TranscriptEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * People who write to one bot, each in a chat of their own, at random moments. Every message is one word that is nowhere else
 * (person, round, number), which the simulated model takes up in its answer: so each answer tells to what it answers.
 */
final class Crowd {
    private static final Pattern WORD = Pattern.compile("p\\d+-r(\\d+)-n\\d+");
    /** What Telegram's simulation remembers of a chat, both sides. */
    private static final int REMEMBERED = 500;

    private final BotApiServer telegram;
    private final SandboxBot bot;
    private final RandomGenerator random;
    private final Map<SandboxUser, List<String>> written = new LinkedHashMap<>();

    Crowd(BotApiServer telegram, SandboxBot bot, int people, RandomGenerator random) {
        this.telegram = telegram;
        this.bot = bot;
        this.random = random;
        for (int i = 0; i < people; i++) {
            written.put(telegram.world().createUser("Person " + i), new ArrayList<>());
        }
    }

    /** Everybody writes a few messages, spread over this time; completes when all are written. */
    CompletableFuture<Void> write(int round, Duration within) {
        List<CompletableFuture<?>> all = new ArrayList<>();
        int person = 0;
        for (SandboxUser user : written.keySet()) {
            String name = "p" + person++ + "-r" + round + "-n";
            int messages = random.nextInt(4, 7);
            List<Long> moments = Stream.generate(() -> random.nextLong(within.toMillis()))
                    .limit(messages)
                    .sorted()
                    .toList();
            CompletableFuture<Void> before = CompletableFuture.completedFuture(null);
            for (int n = 0; n < messages; n++) {
                String word = name + n;
                CompletableFuture<Void> moment =
                        new CompletableFuture<Void>().completeOnTimeout(null, moments.get(n), TimeUnit.MILLISECONDS);
                before = before.thenCombine(moment, (earlier, now) -> say(user, word));
            }
            all.add(before);
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    @SuppressWarnings("NullAway") // Void has no value.
    private synchronized Void say(SandboxUser user, String word) {
        List<String> words = written.get(user);
        words.add(word);
        telegram.world().userWrites(bot, user, telegram.world().privateChat(user), word);
        return null;
    }

    Collection<SandboxUser> people() {
        return written.keySet();
    }

    /** What a person wrote, in order. */
    synchronized List<String> written(SandboxUser user) {
        return List.copyOf(written.get(user));
    }

    synchronized List<String> written() {
        return written.values().stream().flatMap(List::stream).toList();
    }

    /** What the bot answered to a person: the words of its answers, in order, each as often as it came. */
    List<String> answered(SandboxUser user) {
        List<TranscriptEntry> transcript =
                telegram.world().transcript(bot, telegram.world().privateChat(user));
        if (transcript.size() >= REMEMBERED) {
            throw new AssertionError("too many messages to count them: fewer rounds, please");
        }
        return transcript.stream()
                .filter(TranscriptEntry::fromBot)
                .map(entry -> word(entry.text()))
                .toList();
    }

    /** From a message to its answer, the longest of those that are answered. */
    Duration longestWait() {
        Duration longest = Duration.ZERO;
        for (SandboxUser user : people()) {
            Map<String, Instant> asked = new HashMap<>();
            for (TranscriptEntry entry :
                    telegram.world().transcript(bot, telegram.world().privateChat(user))) {
                Instant since = entry.fromBot() ? asked.get(word(entry.text())) : null;
                if (!entry.fromBot()) {
                    asked.put(entry.text(), entry.date());
                } else if (since != null
                        && Duration.between(since, entry.date()).compareTo(longest) > 0) {
                    longest = Duration.between(since, entry.date());
                }
            }
        }
        return longest;
    }

    boolean everybodyIsAnswered() {
        return telegram.world().unconfirmed(bot) == 0
                && people().stream().allMatch(user -> answered(user).containsAll(written(user)));
    }

    /** Whether anything of this round was answered. */
    boolean isAnswered(int round) {
        return people().stream().anyMatch(user -> answered(user).stream().anyMatch(word -> round(word) == round));
    }

    /** What nobody answered yet. */
    List<String> unanswered() {
        return people().stream()
                .flatMap(user ->
                        written(user).stream().filter(word -> !answered(user).contains(word)))
                .toList();
    }

    /** The word in an answer, or the whole answer when there is none. */
    static String word(String answer) {
        Matcher matcher = WORD.matcher(answer);
        return matcher.find() ? matcher.group() : answer;
    }

    /** In which round a word was written; 0 when it is no word of the crowd's. */
    static int round(String word) {
        Matcher matcher = WORD.matcher(word);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }
}
