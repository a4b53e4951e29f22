package io.vibee.http;

import io.vibee.protocol.account.AccountEvent;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.session.SessionEvent;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The names of events in the API, such as {@code message_received}, and the manifests under which they are stored. */
final class EventTypes {

    private static final TreeMap<String, String> MANIFESTS = new TreeMap<>();

    static {
        Stream.of(AccountEvent.class, SessionEvent.class, ChatEvent.class)
                .flatMap(kind -> Arrays.stream(kind.getPermittedSubclasses()))
                .forEach(event -> MANIFESTS.put(name(event.getName()), event.getName()));
    }

    private EventTypes() {}

    static Set<String> names() {
        return MANIFESTS.navigableKeySet();
    }

    static Optional<String> manifest(String name) {
        return Optional.ofNullable(MANIFESTS.get(name));
    }

    /** The name of a stored manifest, which is a class's name, perhaps with {@code #} and a version after it. */
    static String name(String manifest) {
        String type = manifest.split("#", 2)[0];
        String simple = type.substring(Math.max(type.lastIndexOf('$'), type.lastIndexOf('.')) + 1);
        return simple.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }
}
