package io.vibee.settings;

/** Whether Vibee allows what is convenient (secrets made on the spot) or only what is safe. */
public enum Mode {
    DEVELOPMENT,
    PRODUCTION
}
