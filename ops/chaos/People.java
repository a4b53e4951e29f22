import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Those who write, at a steady rate whatever happens: half of it in a tenth of the chats, and at times three messages in a row. */
final class People {
    private static final int CHATS_OF_A_BOT = 2;
    private static final int MOST_IN_A_ROW = 3;

    private record Chat(Bot bot, long person) {}

    private final SimulatedTelegram telegram;
    private final List<Chat> chats = new ArrayList<>();
    private final RandomGenerator random;
    private final Thread thread;
    private final double rate;

    private volatile boolean stopped;

    /**
     * @param rate messages a second
     * @param seed of the order of chats
     */
    People(SimulatedTelegram telegram, double rate, long seed) {
        this.telegram = telegram;
        this.rate = rate;
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        long person = 1;
        for (Bot bot : telegram.bots()) {
            for (int i = 0; i < CHATS_OF_A_BOT; i++) {
                chats.add(new Chat(bot, person++));
            }
        }
        thread = Thread.ofPlatform().name("people").unstarted(this::write);
    }

    void begin() {
        thread.start();
    }

    private void write() {
        long due = System.nanoTime();
        while (!stopped) {
            Chat chat = chats.get(random.nextInt(random.nextBoolean() ? Math.max(1, chats.size() / 10) : chats.size()));
            int inARow = random.nextInt(5) == 0 ? MOST_IN_A_ROW : 1;
            for (int i = 0; i < inARow; i++) {
                telegram.write(chat.bot, chat.person);
            }
            due += (long) (TimeUnit.SECONDS.toNanos(inARow) / rate);
            try {
                Thread.sleep(Math.max(0, (due - System.nanoTime()) / 1_000_000));
            } catch (InterruptedException end) {
                return;
            }
        }
    }

    /** They write no more. */
    void stop() throws InterruptedException {
        stopped = true;
        thread.join();
    }
}
