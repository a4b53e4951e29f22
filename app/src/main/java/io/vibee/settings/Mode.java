package io.vibee.settings;

/** Whether what is convenient (secrets made on the spot) is allowed, or only what is safe. */
public enum Mode {
    DEVELOPMENT,
    PRODUCTION
}
