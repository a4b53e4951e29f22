package io.vibee.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.fasterxml.jackson.datatype.jsr310.ser.LocalTimeSerializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * JSON as the API speaks it: snake_case, ISO times. It reads strictly. An unknown or repeated property, a value of another type, and a text
 * that can't be stored are refused with a pointer to their place; the refusal never repeats them.
 */
final class Json {

    static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule()
                    .addSerializer(LocalTime.class, new LocalTimeSerializer(DateTimeFormatter.ofPattern("HH:mm"))))
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                    DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                    LogicalType.Textual,
                    textual -> textual.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private Json() {}

    static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Throws {@link ProblemException} when the bytes are not such an object. */
    static <T> T read(byte[] bytes, Class<T> type) {
        try {
            StorableBody.check(MAPPER.createParser(bytes), bytes);
            @Nullable T value = MAPPER.readValue(bytes, type);
            if (value == null) {
                throw ProblemException.invalidBody("", "expected: a JSON object");
            }
            return value;
        } catch (UnrecognizedPropertyException e) {
            throw ProblemException.invalidBody(pointer(e.getPath()), "unknown (expected: " + alternatives(e) + ")");
        } catch (MismatchedInputException e) {
            if (bytes.length == 0) {
                throw ProblemException.of(
                        ProblemKind.MALFORMED_REQUEST, "The body is empty; a JSON object is expected.");
            }
            // Jackson refuses what follows the object as a mismatch too.
            if (e.getMessage() != null && e.getMessage().startsWith("Trailing token")) {
                throw malformed(e);
            }
            throw ProblemException.invalidBody(pointer(e.getPath()), "expected: " + expected(e.getTargetType()));
        } catch (JsonMappingException e) {
            if (e.getCause() instanceof InputCoercionException) {
                throw ProblemException.invalidBody(pointer(e.getPath()), "expected: a number that is not that large");
            }
            if (e.getCause() instanceof JacksonException cause && !(cause instanceof JsonMappingException)) {
                throw malformed(cause);
            }
            throw ProblemException.invalidBody(pointer(e.getPath()), "expected: another value");
        } catch (JacksonException e) {
            throw malformed(e);
        } catch (IOException e) {
            throw ProblemException.of(ProblemKind.MALFORMED_REQUEST, "The body is not JSON in UTF-8.");
        }
    }

    private static ProblemException malformed(JacksonException e) {
        JsonLocation at = e.getLocation();
        String place = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        return ProblemException.of(ProblemKind.MALFORMED_REQUEST, "The body is not well-formed JSON" + place + ".");
    }

    private static String pointer(List<JsonMappingException.Reference> path) {
        return path.stream()
                .map(step -> step.getFieldName() == null ? Integer.toString(step.getIndex()) : step.getFieldName())
                .map(name -> "/" + name.replace("~", "~0").replace("/", "~1"))
                .collect(Collectors.joining());
    }

    private static String alternatives(UnrecognizedPropertyException e) {
        TreeSet<String> known = new TreeSet<>();
        Objects.requireNonNullElse(e.getKnownPropertyIds(), List.of()).forEach(id -> known.add(id.toString()));
        return known.isEmpty() ? "nothing" : String.join(", ", known);
    }

    private static String expected(@Nullable Class<?> type) {
        if (type == null) {
            return "another type";
        }
        if (type.isEnum()) {
            return "one of " + names(type);
        }
        if (type == String.class) {
            return "a string";
        }
        if (type == Long.class || type == Integer.class || type == long.class || type == int.class) {
            return "an integer";
        }
        if (type == Double.class || type == double.class) {
            return "a number";
        }
        if (type == LocalTime.class) {
            return "a time as HH:mm";
        }
        return List.class.isAssignableFrom(type) ? "an array" : "a JSON object";
    }

    /** The names of an enum's values in the API, separated by commas. */
    static String names(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(value -> MAPPER.convertValue(value, String.class))
                .collect(Collectors.joining(", "));
    }
}
