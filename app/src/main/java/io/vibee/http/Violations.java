package io.vibee.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects everything that is wrong with a request, so that its sender learns it at once. */
final class Violations {

    private final List<Violation> found = new ArrayList<>();

    /** Refuses the place in the body unless the condition holds. */
    Violations body(boolean holds, String pointer, String expected) {
        if (!holds) {
            found.add(Violation.inBody(pointer, "expected: " + expected));
        }
        return this;
    }

    Violations body(String pointer, String detail) {
        found.add(Violation.inBody(pointer, detail));
        return this;
    }

    Violations query(String parameter, String expected) {
        found.add(Violation.inQuery(parameter, "expected: " + expected));
        return this;
    }

    /** The value of a place in the body that must not be missing. */
    <T> T required(@Nullable T value, String pointer, String expected, T otherwise) {
        if (value == null) {
            found.add(Violation.inBody(pointer, "missing (expected: " + expected + ")"));
            return otherwise;
        }
        return value;
    }

    void refuseIfAny() {
        if (!found.isEmpty()) {
            throw ProblemException.invalid(found);
        }
    }
}
