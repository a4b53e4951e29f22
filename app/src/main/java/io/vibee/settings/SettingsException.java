package io.vibee.settings;

/** The service can't start as configured; the message is one line a person can act on, without any secret. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SettingsException(String message) {
        super(message);
    }

    static SettingsException wrong(Variable variable, String shownValue, String expected) {
        return new SettingsException(variable.variableName() + ": " + shownValue + " (expected: " + expected + ")");
    }
}
