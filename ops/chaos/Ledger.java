import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What people wrote and what came back: each question has a number, which its answer repeats. Times are {@link System#nanoTime()}. Safe for
 * all threads.
 */
final class Ledger {

    /** A text that a bot sent. It is told when the bot's node was given Telegram's answer. */
    static final class Sent {
        final long at = System.nanoTime();
        final int node;
        final long messageId;
        private volatile boolean told;

        Sent(int node, long messageId) {
            this.node = node;
            this.messageId = messageId;
        }

        void told() {
            told = true;
        }

        boolean isTold() {
            return told;
        }
    }

    /** A question, and every text that was sent for it, in the order of their arrival. */
    static final class Question {
        final long number;
        final long chat;
        final int round;
        final long writtenAt = System.nanoTime();
        private final List<Sent> sent = new ArrayList<>();
        private boolean predefined;
        private boolean afterLater;

        private Question(long number, long chat, int round) {
            this.number = number;
            this.chat = chat;
            this.round = round;
        }

        synchronized List<Sent> sent() {
            return List.copyOf(sent);
        }

        synchronized boolean isAnswered() {
            return !sent.isEmpty();
        }

        synchronized boolean isTwice() {
            return sent.size() > 1;
        }

        /** Whether the text for when no model answers was sent for it. */
        synchronized boolean isPredefined() {
            return predefined;
        }

        /** Whether a text for it came after one for a later question of its chat. */
        synchronized boolean isAfterLater() {
            return afterLater;
        }

        synchronized long waitedUntil(long now) {
            return (sent.isEmpty() ? now : sent.getFirst().at) - writtenAt;
        }

        private synchronized void add(Sent one, boolean isPredefined, boolean isAfterLater) {
            sent.add(one);
            predefined |= isPredefined;
            afterLater |= isAfterLater;
        }
    }

    private static final class Chat {
        final Deque<Question> open = new ArrayDeque<>();
        long lastAnswered;
    }

    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, Question> questions = new ConcurrentSkipListMap<>();
    private final Map<Long, Chat> chats = new ConcurrentHashMap<>();
    private final List<String> strays = Collections.synchronizedList(new ArrayList<>());
    private volatile int round;

    /** What is written from now on belongs to this round. */
    void round(int now) {
        round = now;
    }

    /** A new question of a chat. Questions of one chat are asked by one thread. */
    Question ask(long chatId) {
        Chat chat = chats.computeIfAbsent(chatId, id -> new Chat());
        synchronized (chat) {
            var question = new Question(numbers.incrementAndGet(), chatId, round);
            questions.put(question.number, question);
            chat.open.addLast(question);
            return question;
        }
    }

    /** A bot sent the answer to a question. */
    void answered(long chatId, long number, Sent sent) {
        Question question = questions.get(number);
        Chat chat = chats.get(chatId);
        if (question == null || chat == null || question.chat != chatId) {
            strays.add("chat " + chatId + " got an answer to question " + number + ", which is not of this chat");
            return;
        }
        synchronized (chat) {
            question.add(sent, false, number < chat.lastAnswered);
            chat.lastAnswered = Math.max(chat.lastAnswered, number);
            chat.open.remove(question);
        }
    }

    /** A bot sent a text that is no answer of the model: it stands for the oldest question that waits. */
    void predefined(long chatId, Sent sent) {
        Chat chat = chats.get(chatId);
        Question oldest = null;
        if (chat != null) {
            synchronized (chat) {
                oldest = chat.open.pollFirst();
                if (oldest != null) {
                    oldest.add(sent, true, oldest.number < chat.lastAnswered);
                    chat.lastAnswered = Math.max(chat.lastAnswered, oldest.number);
                }
            }
        }
        if (oldest == null) {
            strays.add("chat " + chatId + " got a text of Vibee's own, and nothing waited there");
        }
    }

    /** Texts that belong to no question. */
    List<String> strays() {
        synchronized (strays) {
            return List.copyOf(strays);
        }
    }

    /** Questions of this round and later ones without an answer that were asked before a time. */
    long open(int sinceRound, long time) {
        return chats.values().stream()
                .mapToLong(chat -> {
                    synchronized (chat) {
                        return chat.open.stream().filter(one -> one.round >= sinceRound && one.writtenAt - time < 0).count();
                    }
                })
                .sum();
    }

    /** In the order of their numbers. */
    List<Question> questions() {
        return List.copyOf(questions.values());
    }

    List<Question> questionsOf(int inRound) {
        return questions.values().stream().filter(one -> one.round == inRound).toList();
    }
}
