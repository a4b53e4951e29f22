package io.vibee.http;

import io.vibee.protocol.text.Characters;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.japi.Pair;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters of a list. An unknown or repeated one is refused: a filter with a typing error in its name would otherwise show more
 * than was asked for.
 */
final class Parameters {

    private static final Set<String> PAGING = Set.of("limit", "cursor");
    private static final int MOST = 100;
    private static final int DEFAULT = 50;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._~:-]{1,128}");

    private final Map<String, String> values = new HashMap<>();
    private final Violations violations = new Violations();

    private Parameters() {}

    /** Reads the query, which may have these filters and the paging parameters. */
    static Parameters of(HttpRequest request, String... filters) {
        TreeSet<String> known = new TreeSet<>(PAGING);
        known.addAll(List.of(filters));
        return read(request, known);
    }

    /**
     * Which part of a list is asked for, of all sessions or of one.
     *
     * @param limit from 1 to {@value #MOST}
     * @param cursor where the part begins; null: at the beginning
     * @param sessionId null: of all sessions
     */
    record OfSession(
            int limit, @Nullable String cursor, @Nullable String sessionId) {}

    /** Reads the query of a list that can be one session's. */
    static OfSession ofSession(HttpRequest request) {
        Parameters parameters = of(request, "session_id");
        OfSession asked = new OfSession(parameters.limit(), parameters.cursor(), parameters.id("session_id"));
        parameters.refuseIfAny();
        return asked;
    }

    /** Reads a query without paging, which may have these parameters. */
    static Parameters only(HttpRequest request, String... names) {
        return read(request, new TreeSet<>(List.of(names)));
    }

    private static Parameters read(HttpRequest request, Set<String> known) {
        Parameters parameters = new Parameters();
        for (Pair<String, String> pair : query(request)) {
            String name = pair.first();
            if (!known.contains(name)) {
                parameters.violations.query(shown(name), "one of " + String.join(", ", known));
            } else if (parameters.values.putIfAbsent(name, pair.second()) != null) {
                parameters.violations.query(name, "to be given once");
            } else if (!Characters.areStorable(pair.second())) {
                parameters.violations.query(name, StorableBody.EXPECTED);
            }
        }
        return parameters;
    }

    /** Whether the text has the form of one of our ids. Other texts are never looked up. */
    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    int limit() {
        String text = values.get("limit");
        if (text == null) {
            return DEFAULT;
        }
        if (text.matches("\\d{1,3}")) {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MOST) {
                return limit;
            }
        }
        violations.query("limit", "1 to " + MOST);
        return DEFAULT;
    }

    @Nullable
    String cursor() {
        String text = values.get("cursor");
        if (text != null && !text.matches("[A-Za-z0-9_-]{1,1024}")) {
            violations.query("cursor", "next_cursor of the page before");
            return null;
        }
        return text;
    }

    @Nullable
    String id(String name) {
        String text = values.get(name);
        if (text != null && !isId(text)) {
            violations.query(name, "an id");
            return null;
        }
        return text;
    }

    @Nullable
    Instant instant(String name) {
        String text = values.get(name);
        if (text == null) {
            return null;
        }
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant();
            if (instant.isAfter(Instant.EPOCH.minusSeconds(1))
                    && instant.isBefore(Instant.parse("9999-01-01T00:00:00Z"))) {
                return instant;
            }
        } catch (DateTimeException e) {
            // Refused below.
        }
        violations.query(name, "a time as 2026-01-31T12:00:00Z");
        return null;
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    Violations violations() {
        return violations;
    }

    /** Call it when everything was read. */
    void refuseIfAny() {
        violations.refuseIfAny();
    }

    /** The refusal of a cursor that only its list can judge. */
    static ProblemException wrongCursor() {
        return ProblemException.invalid(
                List.of(Violation.inQuery("cursor", "expected: next_cursor of the page before")));
    }

    private static List<Pair<String, String>> query(HttpRequest request) {
        try {
            return request.getUri().query().toList();
        } catch (RuntimeException e) {
            throw ProblemException.of(ProblemKind.MALFORMED_REQUEST, "The query of the URI can't be read.");
        }
    }

    private static String shown(String name) {
        return name.length() <= 32 && name.matches("[A-Za-z0-9_.-]+") ? name : "?";
    }
}
