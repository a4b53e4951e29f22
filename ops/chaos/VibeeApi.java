import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/** Vibee's API as a user calls it, through the proxy before all nodes. It tries again while Vibee is busy or away. */
final class VibeeApi {
    private static final Duration GIVE_UP_AFTER = Duration.ofMinutes(3);
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);
    /** To a call that is made again. */
    private static final int CONFLICT = 409;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String base;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    VibeeApi(int port) {
        base = "http://127.0.0.1:" + port + "/api/v1";
    }

    /** Makes a user and returns their token. */
    String register(String name) throws InterruptedException {
        Map<String, String> user = Map.of("username", name, "password", "correct horse battery");
        JsonNode signedUp = call("/auth/register", "", user);
        // A try before, whose answer was lost, did it.
        return (signedUp.has("access_token") ? signedUp : call("/auth/login", "", user))
                .path("access_token")
                .asText();
    }

    void connect(String token, Bot bot) throws InterruptedException {
        call("/sessions/connect", token, Map.of("bot_token", bot.token, "default_mode", "digital_twin"));
    }

    /** What Vibee answers, also that what is asked for is there already. */
    private JsonNode call(String path, String token, Map<String, String> body) throws InterruptedException {
        long deadline = System.nanoTime() + GIVE_UP_AFTER.toNanos();
        while (true) {
            String problem;
            try {
                HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                        .timeout(Duration.ofSeconds(30))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
                if (!token.isEmpty()) {
                    request.header("Authorization", "Bearer " + token);
                }
                HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() / 100 == 2 || response.statusCode() == CONFLICT) {
                    return JSON.readTree(response.body());
                }
                problem = response.statusCode() + " " + response.body();
                if (response.statusCode() / 100 == 4 && response.statusCode() != 429) {
                    throw new IllegalStateException(path + ": " + problem);
                }
            } catch (IOException away) {
                problem = away.toString();
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(path + ": " + problem);
            }
            Thread.sleep(AGAIN_AFTER);
        }
    }
}
