package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A request that a simulated server received.
 *
 * @param nanoTime of {@link System#nanoTime()}, for the time between two of them
 * @param method in lower case
 * @param botId 0 for the model server
 */
public record RecordedRequest(long nanoTime, String method, long botId, JsonNode params) {}
