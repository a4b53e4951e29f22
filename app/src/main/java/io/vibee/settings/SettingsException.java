package io.vibee.settings;

/** Vibee can't start as configured. The message is one line that a person can act on, without any secret. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SettingsException(String message) {
        super(message);
    }

    static SettingsException wrong(Variable variable, String shownValue, String expected) {
        return new SettingsException(variable.variableName() + ": " + shownValue + " (expected: " + expected + ")");
    }
}
