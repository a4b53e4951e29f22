import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** OpenAI's chat completions. The answer repeats the number of the question that stands last; a summary is asked for without one. */
final class SimulatedModel {
    private static final Pattern QUESTION = Pattern.compile("Question (\\d+) about");
    private static final int TAKES_AT_LEAST_MILLIS = 50;
    private static final int TAKES_AT_MOST_MILLIS = 300;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What requests wait for while the model hangs. */
    private final AtomicReference<CountDownLatch> hanging = new AtomicReference<>(new CountDownLatch(0));

    void weather(Weather now) {
        var next = new CountDownLatch(now == Weather.HANGING_MODEL ? 1 : 0);
        hanging.getAndSet(next).countDown();
    }

    void handle(HttpExchange exchange) throws IOException, InterruptedException {
        JsonNode request = JSON.readTree(exchange.getRequestBody());
        CountDownLatch latch = hanging.get();
        if (latch.getCount() > 0) {
            latch.await();
            exchange.close();
            return;
        }
        Thread.sleep(ThreadLocalRandom.current().nextInt(TAKES_AT_LEAST_MILLIS, TAKES_AT_MOST_MILLIS));
        String text = answerTo(request.path("messages"));
        if (request.path("stream").asBoolean()) {
            stream(exchange, request, text);
        } else {
            ObjectNode body = frame("chat.completion", request);
            ObjectNode choice = body.putArray("choices").addObject().put("index", 0).put("finish_reason", "stop");
            choice.putObject("message").put("role", "assistant").put("content", text);
            usage(body);
            Referee.answer(exchange, 200, "application/json", JSON.writeValueAsBytes(body));
        }
    }

    private static String answerTo(JsonNode messages) {
        String last = "";
        for (JsonNode message : messages) {
            if (message.path("role").asText().equals("user")) {
                last = message.path("content").asText();
            }
        }
        String number = null;
        Matcher question = QUESTION.matcher(last);
        while (question.find()) {
            number = question.group(1);
        }
        return number == null ? "People asked about this and that." : "Answer " + number + ".";
    }

    private static void stream(HttpExchange exchange, JsonNode request, String text) throws IOException {
        var events = new StringBuilder();
        for (String piece : new String[] {"", text}) {
            ObjectNode chunk = frame("chat.completion.chunk", request);
            ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0).putNull("finish_reason");
            choice.putObject("delta").put("role", "assistant").put("content", piece);
            event(events, chunk);
        }
        ObjectNode end = frame("chat.completion.chunk", request);
        end.putArray("choices").addObject().put("index", 0).put("finish_reason", "stop").putObject("delta");
        event(events, end);
        if (request.path("stream_options").path("include_usage").asBoolean()) {
            ObjectNode last = frame("chat.completion.chunk", request);
            last.putArray("choices");
            usage(last);
            event(events, last);
        }
        events.append("data: [DONE]\n\n");
        Referee.answer(exchange, 200, "text/event-stream", events.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void event(StringBuilder events, ObjectNode chunk) {
        events.append("data: ").append(chunk).append("\n\n");
    }

    private static ObjectNode frame(String object, JsonNode request) {
        return JSON.createObjectNode()
                .put("id", "chatcmpl-chaos")
                .put("object", object)
                .put("created", System.currentTimeMillis() / 1000)
                .put("model", request.path("model").asText());
    }

    private static void usage(ObjectNode body) {
        body.putObject("usage").put("prompt_tokens", 100).put("completion_tokens", 4).put("total_tokens", 104);
    }
}
