package io.vibee.http;

import org.apache.pekko.http.javadsl.model.HttpRequest;

/** A request of a user who was admitted. */
record Caller(String userId, HttpRequest request) {}
