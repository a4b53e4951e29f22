package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongFunction;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * The simulated Bot API with an eye on what goes over the wire: requests to it, its results, and its updates, polled or posted, must be as
 * the Bot API is described. What a test puts in by hand may be anything.
 */
final class CheckedBotApiServer extends BotApiServer {

    /** What was seen that is not as described. */
    static final class Deviations {
        private final @Nullable BotApiSchema schema = BotApiSchema.find().orElse(null);
        private final List<String> seen = new CopyOnWriteArrayList<>();
        private final Set<JsonNode> putInByHand = ConcurrentHashMap.newKeySet();

        List<String> seen() {
            return seen;
        }

        void request(String method, @Nullable Params params) {
            if (schema == null) {
                return;
            }
            if (params == null) {
                seen.add(method + ": no JSON object");
            } else if (params.files().isEmpty()) {
                seen.addAll(schema.problemsOfRequest(method, params.values()));
            } else {
                seen.addAll(schema.problemsOfForm(method, params.values()));
            }
        }

        void reply(String method, String body) {
            if (schema == null) {
                return;
            }
            JsonNode result = Json.parse(body).path("result");
            if (method.equalsIgnoreCase("getUpdates")) {
                result.forEach(this::update);
            } else {
                seen.addAll(schema.problemsOfResult(schema.methodNamed(method), result));
            }
        }

        void update(JsonNode update) {
            if (schema != null && !putInByHand.contains(update)) {
                seen.addAll(schema.problemsOfUpdate(update));
            }
        }
    }

    private static final class World extends SandboxWorld {
        private final Deviations deviations;

        World(ActorSystem<?> system, Deviations deviations) {
            super(new Timing(system), new Poster(system, deviations), SandboxNumbers.random());
            this.deviations = deviations;
        }

        @Override
        public void injectUpdate(SandboxBot bot, LongFunction<String> jsonOfUpdateId) {
            super.injectUpdate(bot, id -> {
                String json = jsonOfUpdateId.apply(id);
                deviations.putInByHand.add(Json.parse(json));
                return json;
            });
        }
    }

    private static final class Poster extends WebhookPoster {
        private final Deviations deviations;

        Poster(ActorSystem<?> system, Deviations deviations) {
            super(system);
            this.deviations = deviations;
        }

        @Override
        CompletionStage<@Nullable String> post(String url, String secret, String json) {
            deviations.update(Json.parse(json));
            return super.post(url, secret, json);
        }
    }

    private final Deviations deviations;
    private final boolean anyRequests;

    /** @param anyRequests whether a test sends requests of its own making, which are not checked */
    CheckedBotApiServer(ActorSystem<?> system, Deviations deviations, boolean anyRequests) {
        super(system, new World(system, deviations));
        this.deviations = deviations;
        this.anyRequests = anyRequests;
    }

    @Override
    CompletionStage<HttpResponse> answer(String token, String method, @Nullable Params params, Runnable cut) {
        if (!anyRequests) {
            deviations.request(method, params);
        }
        return super.answer(token, method, params, cut);
    }

    @Override
    CompletionStage<BotApiReply> execute(@Nullable BotAccount account, String method, @Nullable Params params) {
        return super.execute(account, method, params).thenApply(reply -> {
            if (reply.status() == 200) {
                deviations.reply(method, reply.body());
            }
            return reply;
        });
    }
}
