package io.vibee.metrics;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Objects;
import kamon.metric.Counter;
import kamon.metric.Metric;
import kamon.tag.TagSet;

/**
 * The counters of one name, told apart by a label whose values are an enum's constants in lower case. All exist from the start, so that a
 * rate includes the first occurrence.
 */
final class Family<E extends Enum<E>> {
    private final EnumMap<E, Counter> counters;

    Family(Metric.Counter metric, String label, Class<E> values) {
        this(metric, TagSet.Empty(), label, values);
    }

    Family(Metric.Counter metric, TagSet common, String label, Class<E> values) {
        counters = new EnumMap<>(values);
        for (E value : values.getEnumConstants()) {
            counters.put(
                    value, metric.withTags(common.withTag(label, value.name().toLowerCase(Locale.ROOT))));
        }
    }

    Counter of(E value) {
        return Objects.requireNonNull(counters.get(value));
    }
}
