package io.vibee.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.protocol.account.AccountSettings;
import io.vibee.protocol.account.AccountView;
import io.vibee.protocol.account.Availability;
import io.vibee.protocol.account.OutsideHours;
import io.vibee.protocol.account.QuietHours;
import io.vibee.protocol.account.WorkingHours;
import io.vibee.protocol.text.Characters;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.IllformedLocaleException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** A partial change of a user's settings (RFC 7396): what is absent stays, null restores the default. */
final class SettingsPatch {

    private static final int LONGEST_LANGUAGE = 35;
    private static final Pattern TIME = Pattern.compile("([01]\\d|2[0-3]):[0-5]\\d");
    private static final Map<String, DayOfWeek> DAYS = Arrays.stream(DayOfWeek.values())
            .collect(Collectors.toMap(
                    day -> day.name().toLowerCase(Locale.ROOT), day -> day, (one, other) -> one, LinkedHashMap::new));
    private static final Set<String> ZONES = Set.copyOf(ZoneId.getAvailableZoneIds());
    private static final List<String> FIELDS = List.of(
            "persona", "language", "timezone", "quiet_hours", "working_hours", "outside_hours", "outside_notice");

    private final ObjectNode body;
    private final Violations violations = new Violations();

    private SettingsPatch(ObjectNode body) {
        this.body = body;
    }

    /** The changed settings; throws {@link ProblemException} when something is refused. */
    static AccountView apply(ObjectNode body, AccountView now) {
        SettingsPatch patch = new SettingsPatch(body);
        patch.refuseUnknown(body, "", FIELDS);
        AccountView changed = new AccountView(
                body.has("persona") ? patch.persona() : now.persona(),
                body.has("language") ? patch.language() : now.language(),
                body.has("timezone") ? patch.timezone() : now.timezone(),
                body.has("quiet_hours") ? patch.quietHours() : now.quietHours(),
                new Availability(
                        body.has("working_hours")
                                ? patch.workingHours()
                                : now.availability().workingHours(),
                        body.has("outside_hours")
                                ? patch.outsideHours()
                                : now.availability().outside()),
                body.has("outside_notice") ? patch.outsideNotice() : now.notice());
        patch.violations.body(
                changed.availability().outside() != OutsideHours.NOTICE || changed.notice() != null,
                "/outside_notice",
                "a text, for outside_hours is notice");
        patch.violations.refuseIfAny();
        return changed;
    }

    private @Nullable String persona() {
        String persona = text("persona");
        if (persona != null) {
            violations.body(
                    !persona.isBlank() && persona.length() <= AccountSettings.LONGEST_PERSONA,
                    "/persona",
                    "1 to " + AccountSettings.LONGEST_PERSONA + " characters, or null");
        }
        return persona;
    }

    private @Nullable String language() {
        String tag = text("language");
        if (tag != null) {
            violations.body(isLanguage(tag), "/language", "an IETF language tag as en or pt-BR, or null");
        }
        return tag;
    }

    private static boolean isLanguage(String tag) {
        try {
            return tag.length() <= LONGEST_LANGUAGE
                    && !new Locale.Builder()
                            .setLanguageTag(tag)
                            .build()
                            .getLanguage()
                            .isEmpty();
        } catch (IllformedLocaleException e) {
            return false;
        }
    }

    private String timezone() {
        String zone = text("timezone");
        if (zone == null) {
            return AccountSettings.DEFAULT.timezone();
        }
        violations.body(ZONES.contains(zone), "/timezone", "an IANA time zone as Europe/Berlin, or null");
        return zone;
    }

    private @Nullable QuietHours quietHours() {
        JsonNode given = body.get("quiet_hours");
        if (given.isNull()) {
            return null;
        }
        if (!(given instanceof ObjectNode hours)) {
            violations.body(false, "/quiet_hours", "an object with from and to, or null");
            return null;
        }
        refuseUnknown(hours, "/quiet_hours", List.of("from", "to"));
        LocalTime from = time(hours, "/quiet_hours", "from");
        LocalTime to = time(hours, "/quiet_hours", "to");
        if (from == null || to == null) {
            return null;
        }
        violations.body(!from.equals(to), "/quiet_hours/to", "another time than from");
        return new QuietHours(from, to);
    }

    private @Nullable WorkingHours workingHours() {
        JsonNode given = body.get("working_hours");
        if (given.isNull()) {
            return null;
        }
        if (!(given instanceof ObjectNode hours)) {
            violations.body(false, "/working_hours", "an object with days, from and to, or null");
            return null;
        }
        refuseUnknown(hours, "/working_hours", List.of("days", "from", "to"));
        LocalTime from = time(hours, "/working_hours", "from");
        LocalTime to = time(hours, "/working_hours", "to");
        List<DayOfWeek> days = days(hours.path("days"));
        if (from == null || to == null || days.isEmpty()) {
            return null;
        }
        violations.body(!from.equals(to), "/working_hours/to", "another time than from");
        return new WorkingHours(days, from, to);
    }

    /** None when they are refused. */
    private List<DayOfWeek> days(JsonNode given) {
        List<DayOfWeek> days = StreamSupport.stream(given.spliterator(), false)
                .map(day -> DAYS.get(day.asText()))
                .filter(Objects::nonNull)
                .distinct()
                .sorted()
                .toList();
        boolean known = given.isArray() && !given.isEmpty() && days.size() == given.size();
        violations.body(
                known, "/working_hours/days", "at least one of " + String.join(", ", DAYS.keySet()) + ", each once");
        return known ? days : List.of();
    }

    private OutsideHours outsideHours() {
        String name = text("outside_hours");
        if (name == null) {
            return OutsideHours.SILENCE;
        }
        Optional<OutsideHours> known = Arrays.stream(OutsideHours.values())
                .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst();
        violations.body(known.isPresent(), "/outside_hours", "one of " + Json.names(OutsideHours.class) + ", or null");
        return known.orElse(OutsideHours.SILENCE);
    }

    private @Nullable String outsideNotice() {
        String notice = text("outside_notice");
        if (notice != null) {
            violations.body(
                    Characters.areVisible(notice) && notice.length() <= AccountSettings.LONGEST_NOTICE,
                    "/outside_notice",
                    "1 to " + AccountSettings.LONGEST_NOTICE + " characters, of which some are visible, or null");
        }
        return notice;
    }

    private @Nullable LocalTime time(ObjectNode hours, String pointer, String field) {
        JsonNode given = hours.path(field);
        if (given.isTextual() && TIME.matcher(given.textValue()).matches()) {
            return LocalTime.parse(given.textValue());
        }
        violations.body(false, pointer + "/" + field, "a time as HH:mm");
        return null;
    }

    private @Nullable String text(String field) {
        JsonNode given = body.path(field);
        if (!given.isTextual() && !given.isNull()) {
            violations.body(false, "/" + field, "a string or null");
            return null;
        }
        return given.textValue();
    }

    private void refuseUnknown(ObjectNode object, String pointer, List<String> known) {
        TreeSet<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        known.forEach(names::remove);
        names.forEach(name -> violations.body(
                false,
                pointer + "/" + name.replace("~", "~0").replace("/", "~1"),
                "one of " + String.join(", ", known)));
    }
}
