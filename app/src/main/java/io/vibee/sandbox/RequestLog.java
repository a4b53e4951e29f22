package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Counts every request and remembers the last ones, so that memory stays bounded under load. */
public final class RequestLog {
    private static final int REMEMBERED = 2_000;

    private record Counted(String method, long botId) {}

    private final ArrayDeque<RecordedRequest> last = new ArrayDeque<>();
    private final Map<Counted, Long> byBot = new HashMap<>();
    private final Map<String, Long> byMethod = new HashMap<>();

    RequestLog() {}

    synchronized void add(String method, long botId, JsonNode params) {
        String name = method.toLowerCase(Locale.ROOT);
        if (last.size() == REMEMBERED) {
            last.removeFirst();
        }
        last.addLast(new RecordedRequest(System.nanoTime(), name, botId, params));
        byMethod.merge(name, 1L, Long::sum);
        byBot.merge(new Counted(name, botId), 1L, Long::sum);
    }

    /** How often the method was called since the start, whatever the result. */
    public synchronized long count(String method) {
        return byMethod.getOrDefault(method.toLowerCase(Locale.ROOT), 0L);
    }

    /** How often this bot called the method. */
    public synchronized long count(String method, SandboxBot bot) {
        return byBot.getOrDefault(new Counted(method.toLowerCase(Locale.ROOT), bot.id()), 0L);
    }

    /** The method's calls among the last {@value #REMEMBERED} requests, oldest first. */
    public synchronized List<RecordedRequest> requests(String method) {
        String name = method.toLowerCase(Locale.ROOT);
        return last.stream().filter(request -> request.method().equals(name)).toList();
    }
}
