package io.vibee.protocol.stored;

import io.vibee.protocol.account.AccountEvent;
import io.vibee.protocol.account.AccountState;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.session.SessionEvent;
import io.vibee.protocol.session.SessionState;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Every record that can lie in the journal or in a snapshot, found by walking from the events and states. */
final class StoredRecords {

    private static final List<Class<?>> ROOTS = List.of(
            ChatEvent.class,
            SessionEvent.class,
            AccountEvent.class,
            ChatState.class,
            SessionState.class,
            AccountState.class);

    private StoredRecords() {}

    static Stream<Class<?>> events() {
        return all().stream().filter(StoredEvent.class::isAssignableFrom);
    }

    static Set<Class<?>> all() {
        Set<Class<?>> found = new LinkedHashSet<>();
        ROOTS.forEach(root -> walk(root, found));
        return found;
    }

    private static void walk(Type type, Set<Class<?>> found) {
        if (type instanceof ParameterizedType generic) {
            for (Type argument : generic.getActualTypeArguments()) {
                walk(argument, found);
            }
        } else if (type instanceof Class<?> named && named.isSealed()) {
            for (Class<?> variant : named.getPermittedSubclasses()) {
                walk(variant, found);
            }
        } else if (type instanceof Class<?> named && named.isRecord() && found.add(named)) {
            for (RecordComponent component : named.getRecordComponents()) {
                walk(component.getGenericType(), found);
            }
        }
    }
}
