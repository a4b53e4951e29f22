package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.reply.Prompt.Role;
import io.vibee.reply.Prompt.Turn;
import io.vibee.reply.ReplyOutcome.Answered;
import io.vibee.reply.ReplyOutcome.Failed;
import io.vibee.reply.ReplyOutcome.Saturated;
import io.vibee.reply.ReplyOutcome.Spent;
import io.vibee.reply.ReplyOutcome.Usage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What becomes of a reply whatever a provider does wrong, at either place of a chain of two. The other one works. Each cell: who
 * answered, and the calls made to the first and to the second.
 */
@DisplayName("The fault matrix")
class FaultMatrixTest {
    private static final Prompt PROMPT = new Prompt("Be brief.", List.of(new Turn(Role.USER, null, "Hi")));
    private static final RetryPolicy QUICK =
            new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(300));
    /** What waits waits so long; what answers has time enough on any machine. */
    private static final Map<String, Duration> CALL_TIMES =
            Map.of("silent", Duration.ofMillis(400), "stalls in the answer", Duration.ofMillis(400));

    private static final Duration LONG = Duration.ofSeconds(20);

    private static final String PIECE = "{\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}";

    private static final String EXPECTED = """
            | fault                     | first of two        | alone               |
            |---------------------------|---------------------|---------------------|
            | works                     | first 1+0, 29       | first 1, 29         |
            | connection refused        | second 3+1, 29      | failed 3, 0         |
            | hangs up                  | second 3+1, 29      | failed 3, 0         |
            | silent                    | second 3+1, 29      | failed 3, 0         |
            | stalls in the answer      | second 3+1, 29      | failed 3, 0         |
            | cut in the stream         | second 3+1, 71      | failed 3, 42        |
            | stream ends early         | second 3+1, 71      | failed 3, 42        |
            | error in the stream       | second 3+1, 71      | failed 3, 42        |
            | not JSON                  | second 3+1, 29      | failed 3, 0         |
            | empty answer              | second 3+1, 29      | failed 3, 0         |
            | 200 with an error         | second 3+1, 29      | failed 3, 0         |
            | 500                       | second 3+1, 29      | failed 3, 0         |
            | 429                       | second 3+1, 29      | failed 3, 0         |
            | 429, wait an hour         | second 1+1, 29      | failed 1, 0         |
            | 429, out of credit        | second 1+1, 29      | failed 1, 0         |
            | 401                       | second 1+1, 29      | failed 1, 0         |
            | 404                       | second 1+1, 29      | failed 1, 0         |
            | content policy            | second 1+1, 29      | failed 1, 0         |
            | prompt too long           | second 2+1, 29      | failed 2, 0         |
            | 400                       | failed 1+0, 0       | failed 1, 0         |
            | once 500, then works      | first 2+0, 29       | first 2, 29         |
            | once too long, then works | first 2+0, 29       | first 2, 29         |
            """;

    private static Map<String, ModelServer.Script[]> faults() {
        Map<String, ModelServer.Script[]> faults = new LinkedHashMap<>();
        faults.put("works", scripts(ModelServer.answer("Hello!")));
        faults.put("connection refused", scripts());
        faults.put("hangs up", scripts(ModelServer.hangUp()));
        faults.put("silent", scripts(ModelServer.silence()));
        faults.put("stalls in the answer", scripts(ModelServer.stall()));
        faults.put("cut in the stream", scripts(ModelServer.cutStream(PIECE)));
        faults.put("stream ends early", scripts(ModelServer.stream(PIECE)));
        faults.put("error in the stream", scripts(ModelServer.stream(PIECE, "{\"error\":{\"code\":502}}")));
        faults.put("not JSON", scripts(ModelServer.respond(200, "<html>")));
        faults.put("empty answer", scripts(ModelServer.answer("")));
        faults.put("200 with an error", scripts(ModelServer.respond(200, "{\"error\":{\"code\":502}}")));
        faults.put("500", scripts(ModelServer.respond(500, "")));
        faults.put("429", scripts(ModelServer.respond(429, "")));
        faults.put("429, wait an hour", scripts(ModelServer.respond(429, "", "Retry-After", "3600")));
        faults.put(
                "429, out of credit",
                scripts(ModelServer.respond(429, "{\"error\":{\"code\":\"insufficient_quota\"}}")));
        faults.put("401", scripts(ModelServer.respond(401, "")));
        faults.put("404", scripts(ModelServer.respond(404, "")));
        faults.put(
                "content policy",
                scripts(ModelServer.respond(400, "{\"error\":{\"code\":\"content_policy_violation\"}}")));
        faults.put("prompt too long", scripts(ModelServer.respond(413, "")));
        faults.put("400", scripts(ModelServer.respond(400, "")));
        faults.put("once 500, then works", scripts(ModelServer.respond(500, ""), ModelServer.answer("Hello!")));
        faults.put("once too long, then works", scripts(ModelServer.respond(413, ""), ModelServer.answer("Hello!")));
        return faults;
    }

    private static ModelServer.Script[] scripts(ModelServer.Script... scripts) {
        return scripts;
    }

    @Test
    @DisplayName("of each fault at each place of a chain is as expected")
    void matrix() throws Exception {
        StringBuilder table = new StringBuilder(EXPECTED.lines().limit(2).reduce("", (all, line) -> all + line + "\n"));
        for (Map.Entry<String, ModelServer.Script[]> fault : faults().entrySet()) {
            Duration callTime = CALL_TIMES.getOrDefault(fault.getKey(), LONG);
            table.append("| %-25s | %-19s | %-19s |%n"
                    .formatted(
                            fault.getKey(),
                            reply(fault.getValue(), callTime, true),
                            reply(fault.getValue(), callTime, false)));
        }
        System.out.println(
                "Provider fault × position in the chain → who answered, calls made, tokens counted\n" + table);

        assertThat(table.toString()).isEqualTo(EXPECTED);
    }

    private static String reply(ModelServer.Script[] fault, Duration callTime, boolean withSecond) throws Exception {
        ModelServer faulty = new ModelServer(fault);
        try (ModelClient client = new ModelClient();
                ModelServer working = new ModelServer()) {
            if (fault.length == 0) {
                faulty.close();
            }
            GuardedProvider first = ModelServer.guard(faulty.provider("first", callTime));
            int[] calls = new int[2];
            ReplyOutcome outcome = new ReplyCall(
                            client,
                            withSecond ? List.of(first, working.guarded("second")) : List.of(first),
                            QUICK,
                            (provider, result, took) -> calls[provider.equals("first") ? 0 : 1]++,
                            PROMPT,
                            LONG,
                            text -> {})
                    .run()
                    .get(30, TimeUnit.SECONDS);
            String made = withSecond ? calls[0] + "+" + calls[1] : String.valueOf(calls[0]);
            return switch (outcome) {
                case Answered answered ->
                    answered.provider() + " " + made + ", " + (tokens(answered.usage()) + lost(answered.lost()));
                case Failed failed -> "failed " + made + ", " + lost(failed.lost());
                case Saturated saturated -> "saturated " + made;
                case ReplyOutcome.Stopped impossible -> throw new AssertionError(impossible);
            };
        } finally {
            if (fault.length > 0) {
                faulty.close();
            }
        }
    }

    private static long lost(List<Spent> calls) {
        return calls.stream().mapToLong(call -> tokens(call.usage())).sum();
    }

    private static long tokens(Usage usage) {
        return usage.promptTokens() + usage.completionTokens();
    }
}
