package io.vibee.settings;

/** How an event is written to standard output. */
public enum LogFormat {
    TEXT,
    JSON
}
