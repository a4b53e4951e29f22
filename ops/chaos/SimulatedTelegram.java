import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Bot API for the bots of a run, in the referee's hand: it counts in the {@link Ledger} what is sent, and fails as the weather says. */
final class SimulatedTelegram {
    private static final Pattern ANSWER = Pattern.compile("Answer (\\d+)");
    private static final int RETRY_AFTER_SECONDS = 3;
    private static final String OTHER_POLLER =
            "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Ledger ledger;
    private final Map<String, Bot> bots = new ConcurrentHashMap<>();
    private final Map<Absence, Boolean> absences = new ConcurrentHashMap<>();
    private final AtomicLong messageIds = new AtomicLong();
    private volatile Weather weather = Weather.CALM;

    SimulatedTelegram(Ledger ledger) {
        this.ledger = ledger;
    }

    Bot createBot(long id) {
        var bot = new Bot(id);
        bots.put(bot.token, bot);
        return bot;
    }

    Collection<Bot> bots() {
        return bots.values();
    }

    /** From now on. */
    void weather(Weather now) {
        weather = now;
        if (now == Weather.CONFLICTS) {
            bots.values().forEach(Bot::interfere);
        }
    }

    /** Watches when bots that a node polled for are polled for by others. */
    Absence watch(int node) {
        var absence = new Absence(
                node, bots.values().stream().filter(bot -> bot.node() == node).toList());
        absences.put(absence, true);
        return absence;
    }

    /** A person writes a question to a bot; their private chat has the person's id. */
    void write(Bot bot, long person) {
        Ledger.Question question = ledger.ask(person);
        ObjectNode update = JSON.createObjectNode();
        ObjectNode message = message(person);
        message.putObject("from")
                .put("id", person)
                .put("is_bot", false)
                .put("first_name", "Person " + person)
                .put("language_code", "en");
        message.put("text", "Question " + question.number + " about the " + Words.of(question.number) + ".");
        update.set("message", message);
        bot.add(update);
    }

    private ObjectNode message(long person) {
        ObjectNode message = JSON.createObjectNode()
                .put("message_id", messageIds.incrementAndGet())
                .put("date", Instant.now().getEpochSecond());
        message.putObject("chat").put("id", person).put("type", "private").put("first_name", "Person " + person);
        return message;
    }

    /** Answers a call, or breaks its connection. */
    void handle(HttpExchange exchange, int node, String token, String method) throws IOException, InterruptedException {
        JsonNode params = JSON.readTree(exchange.getRequestBody());
        Bot bot = bots.get(token);
        Weather now = weather;
        if (bot == null) {
            refuse(exchange, 401, "Unauthorized", 0);
        } else if (now == Weather.SERVER_ERRORS) {
            refuse(exchange, 502, "Bad Gateway", 0);
        } else if (now == Weather.FLOOD_WAITS && isUnlucky(0.5)) {
            refuse(exchange, 429, "Too Many Requests: retry after " + RETRY_AFTER_SECONDS, RETRY_AFTER_SECONDS);
        } else {
            switch (method.toLowerCase(Locale.ROOT)) {
                case "getupdates" -> getUpdates(exchange, node, bot, params, now);
                case "sendmessage" -> sendMessage(exchange, node, bot, params, now);
                case "getme" -> succeed(exchange, me(bot));
                case "sendmessagedraft", "sendchataction", "deletewebhook", "setwebhook" ->
                    succeed(exchange, JSON.getNodeFactory().booleanNode(true));
                default -> refuse(exchange, 404, "Not Found: method not found", 0);
            }
        }
    }

    private void getUpdates(HttpExchange exchange, int node, Bot bot, JsonNode params, Weather now)
            throws IOException, InterruptedException {
        if (now == Weather.CONFLICTS && isUnlucky(0.5)) {
            refuse(exchange, 409, OTHER_POLLER, 0);
            return;
        }
        absences.keySet().forEach(absence -> absence.polled(bot, node));
        Bot.Polled polled = bot.poll(
                node,
                params.path("offset").asLong(0),
                Duration.ofSeconds(params.path("timeout").asLong(0)));
        if (polled.ended()) {
            refuse(exchange, 409, OTHER_POLLER, 0);
        } else {
            succeed(exchange, JSON.valueToTree(polled.updates()));
        }
    }

    private void sendMessage(HttpExchange exchange, int node, Bot bot, JsonNode params, Weather now)
            throws IOException {
        long chat = params.path("chat_id").asLong();
        ObjectNode message = message(chat);
        message.set("from", me(bot));
        String text = params.path("text").asText();
        message.put("text", text);
        var sent = new Ledger.Sent(node, message.get("message_id").longValue());
        Matcher answer = ANSWER.matcher(text);
        if (answer.find()) {
            ledger.answered(chat, Long.parseLong(answer.group(1)), sent);
        } else {
            ledger.predefined(chat, sent);
        }
        if (now == Weather.LOST_ANSWERS && isUnlucky(0.3)) {
            exchange.close();
            return;
        }
        succeed(exchange, message);
        sent.told();
    }

    private static ObjectNode me(Bot bot) {
        return JSON.createObjectNode()
                .put("id", bot.id)
                .put("is_bot", true)
                .put("first_name", "Bot " + bot.id)
                .put("username", "chaos_" + bot.id + "_bot")
                .put("can_connect_to_business", true);
    }

    private static boolean isUnlucky(double share) {
        return ThreadLocalRandom.current().nextDouble() < share;
    }

    private static void succeed(HttpExchange exchange, JsonNode result) throws IOException {
        ObjectNode body = JSON.createObjectNode().put("ok", true);
        body.set("result", result);
        Referee.answer(exchange, 200, "application/json", JSON.writeValueAsBytes(body));
    }

    private static void refuse(HttpExchange exchange, int code, String description, int retryAfter) throws IOException {
        ObjectNode body =
                JSON.createObjectNode().put("ok", false).put("error_code", code).put("description", description);
        if (retryAfter > 0) {
            body.putObject("parameters").put("retry_after", retryAfter);
        }
        Referee.answer(exchange, code, "application/json", JSON.writeValueAsBytes(body));
    }
}
