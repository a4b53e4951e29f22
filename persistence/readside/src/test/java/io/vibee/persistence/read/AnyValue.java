package io.vibee.persistence.read;

import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.stored.EventHead;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of every kind with any texts, numbers and times in them. Texts are taken from a few that it keeps, so that events are
 * about the same messages now and then.
 */
final class AnyValue {

    private static final int MEGABYTE = 1 << 20;

    private final RandomGenerator random;
    private final EventHead head;
    private final Function<String, Sealed> seal;
    private final List<String> texts = new ArrayList<>();

    AnyValue(RandomGenerator random, EventHead head, Function<String, Sealed> seal) {
        this.random = random;
        this.head = head;
        this.seal = seal;
        texts.add("m1");
        for (int i = 0; i < 3; i++) {
            texts.add(text(random));
        }
    }

    String text() {
        return texts.get(random.nextInt(texts.size()));
    }

    /** One of each kind of a sealed type, but for some. */
    <T> List<T> eachKindOf(Class<T> type, Class<?>... without) {
        return Arrays.stream(type.getPermittedSubclasses())
                .filter(kind -> !List.of(without).contains(kind))
                .map(kind -> type.cast(of(kind)))
                .toList();
    }

    <T> T one(Class<T> type) {
        return type.cast(of(type));
    }

    private Object of(Class<?> type) {
        if (type.isRecord()) {
            return type == EventHead.class ? head : type == Sealed.class ? seal.apply(text()) : recorded(type);
        }
        if (type.isSealed()) {
            Class<?>[] kinds = type.getPermittedSubclasses();
            return of(kinds[random.nextInt(kinds.length)]);
        }
        if (type.isEnum()) {
            Object[] constants = type.getEnumConstants();
            return constants[random.nextInt(constants.length)];
        }
        return switch (type.getSimpleName()) {
            case "String" -> text();
            case "long", "Long" -> number();
            case "int", "Integer" -> (int) number();
            case "double", "Double" -> random.nextDouble();
            case "boolean", "Boolean" -> random.nextBoolean();
            case "Instant" -> time();
            case "LocalDate" ->
                random.nextBoolean() ? LocalDate.MAX : LocalDate.of(random.nextInt(-9999, 99999), 2, 28);
            default -> throw new AssertionError("no values of " + type + " (expected: a type that events are made of)");
        };
    }

    private long number() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextLong();
            case 1 -> Long.MAX_VALUE;
            case 2 -> Long.MIN_VALUE;
            default -> random.nextInt(5);
        };
    }

    private Instant time() {
        return switch (random.nextInt(4)) {
            case 0 -> Instant.MAX;
            case 1 -> Instant.MIN;
            default -> Instant.ofEpochSecond(random.nextInt());
        };
    }

    private Object recorded(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        @Nullable
        Object[] values = Arrays.stream(components).map(this::component).toArray();
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(type + " can't be made", e);
        }
    }

    private @Nullable Object component(RecordComponent component) {
        AnnotatedType annotated = component.getAnnotatedType();
        if (annotated.isAnnotationPresent(Nullable.class) && random.nextInt(4) == 0) {
            return null;
        }
        Type type = component.getGenericType();
        if (type instanceof ParameterizedType collection) {
            Type[] of = collection.getActualTypeArguments();
            return component.getType() == Map.class
                    ? Map.of(of((Class<?>) of[0]), of((Class<?>) of[1]))
                    : List.of(of((Class<?>) of[0]), of((Class<?>) of[0]));
        }
        return of(component.getType());
    }

    /** Any text: broken characters, one huge word, or more different words than an index takes. */
    static String text(RandomGenerator random) {
        return switch (random.nextInt(8)) {
            case 0 -> "a\u0000b";
            case 1 -> units(random, random.nextInt(300));
            case 2 -> units(random, random.nextInt(20_000));
            case 3 ->
                random.ints(random.nextInt(70_000), 0, Character.MAX_CODE_POINT + 1)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
            case 4 -> "x".repeat(random.nextInt(1, 10_000));
            case 5 -> words(random, " ");
            case 6 -> words(random, "-");
            default -> words(random, "'\\\"<>&|!:*() /@.");
        };
    }

    private static String units(RandomGenerator random, int length) {
        StringBuilder units = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            units.append((char) (random.nextInt(4) == 0 ? random.nextInt(0xD7F0, 0xE010) : random.nextInt(0x3000)));
        }
        return units.toString();
    }

    /** About a megabyte of words, each another. */
    private static String words(RandomGenerator random, String separators) {
        StringBuilder words = new StringBuilder(MEGABYTE);
        int step = random.nextInt(1, 1000);
        for (int i = 0; words.length() < MEGABYTE; i += step) {
            words.append(Integer.toString(i, 36)).append(separators.charAt(random.nextInt(separators.length())));
        }
        return words.toString();
    }
}
