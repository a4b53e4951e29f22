package io.vibee.settings;

/**
 * A value that must not reach a log, an exception or a screen: printing it prints a mask. Only {@link #reveal()} gives it out, so that a
 * search for this name finds every use of the plain value.
 */
public final class Secret {
    private final String value;

    public Secret(String value) {
        this.value = value;
    }

    public String reveal() {
        return value;
    }

    public int length() {
        return value.length();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && secret.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
