package io.vibee.protocol.stored;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Anything that lies in the journal or in a snapshot: snake_case, absent instead of null. Old bytes give {@code null} or 0 for a
 * component that was added later, so a compact constructor gives it its default and never refuses it.
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public interface Stored {

    /** A list component as its record keeps it: what old bytes lack is empty. */
    static <T> List<T> listOrEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    /** A map component as its record keeps it: what old bytes lack is empty. */
    static <K, V> Map<K, V> mapOrEmpty(@Nullable Map<K, V> map) {
        return map == null ? Map.of() : Map.copyOf(map);
    }

    /** A component that old bytes may lack. */
    static <T> T orElse(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
