package io.vibee.http;

import org.apache.pekko.http.javadsl.model.HttpRequest;

/** A request of a user who was let in. */
record Caller(String userId, HttpRequest request) {}
