package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.reply.CallResult.Answer;
import io.vibee.reply.Prompt.Role;
import io.vibee.reply.Prompt.Turn;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Makes single calls to servers that answer oddly, and keeps what was heard of the answers. */
final class OneCall implements AutoCloseable {
    static final Prompt PROMPT = new Prompt("Be brief.", List.of(new Turn(Role.USER, null, "Hi")));
    static final String STOP = ended("stop");
    static final String EVENTS = "data: " + piece("Hel") + "\n\ndata: " + piece("lo") + "\n\ndata: " + STOP + "\n\n";

    private static final Duration LONG = Duration.ofSeconds(60);

    final ModelClient client = new ModelClient();
    final List<String> heard = new CopyOnWriteArrayList<>();

    static String piece(String text) {
        return "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"},\"finish_reason\":null}]}";
    }

    static String ended(String reason) {
        return "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}";
    }

    CallResult to(ModelServer.Script script) throws Exception {
        return to(script, LONG, LONG);
    }

    CallResult to(ModelServer.Script script, Duration firstWordWithin, Duration within) throws Exception {
        try (ModelServer server = new ModelServer(script)) {
            return to(new Provider(
                    "fake",
                    Provider.Format.CHAT_COMPLETIONS,
                    server.url(),
                    ModelServer.KEY,
                    "m",
                    firstWordWithin,
                    within,
                    0));
        }
    }

    CallResult to(Provider provider) throws Exception {
        return client.complete(provider, PROMPT, provider.timeout(), text -> heard.add(text.get()))
                .get(90, TimeUnit.SECONDS);
    }

    String text(ModelServer.Script script) throws Exception {
        CallResult result = to(script);
        assertThat(result).isInstanceOf(Answer.class);
        return ((Answer) result).text();
    }

    @Override
    public void close() {
        client.close();
    }
}
