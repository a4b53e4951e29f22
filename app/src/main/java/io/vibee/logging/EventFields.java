package io.vibee.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.event.KeyValuePair;

/**
 * The fields of a log event: its MDC and its key-value pairs, the same in both formats. What Pekko and Kamon put into the MDC is left out,
 * except the actor's path and the persistence id, which get short names.
 */
final class EventFields {
    private static final Set<String> DROPPED = Set.of(
            "pekkoAddress",
            "pekkoTags",
            "pekkoTimestamp",
            "pekkoUid",
            "sourceActorSystem",
            "sourceThread",
            "persistencePhase");

    private EventFields() {}

    static Map<String, String> of(ILoggingEvent event) {
        Map<String, String> fields = new LinkedHashMap<>();
        event.getMDCPropertyMap().forEach((key, value) -> {
            switch (key) {
                case "pekkoSource" -> fields.put("actor", shortPath(value));
                case "persistenceId" -> fields.put("persistence_id", value);
                default -> {
                    if (!DROPPED.contains(key) && !key.startsWith("kamon")) {
                        fields.put(key, value);
                    }
                }
            }
        });
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                fields.put(pair.key, String.valueOf(pair.value));
            }
        }
        return fields;
    }

    /** Without the system's address, which is the node's own. */
    private static String shortPath(String path) {
        int address = path.indexOf("://");
        int slash = address < 0 ? -1 : path.indexOf('/', address + 3);
        return slash < 0 ? path : path.substring(slash);
    }
}
