package io.vibee.protocol.stored;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Anything that is stored in the journal or in a snapshot: snake_case, absent instead of null. In old bytes a component that was added
 * later is missing and reads as {@code null} or 0. So a compact constructor gives it its default and never refuses it.
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public interface Stored {

    /** A list component. When old bytes lack it, it is empty. */
    static <T> List<T> listOrEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    /** A map component. When old bytes lack it, it is empty. */
    static <K, V> Map<K, V> mapOrEmpty(@Nullable Map<K, V> map) {
        return map == null ? Map.of() : Map.copyOf(map);
    }

    /** A component with a default for old bytes that lack it. */
    static <T> T orElse(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
