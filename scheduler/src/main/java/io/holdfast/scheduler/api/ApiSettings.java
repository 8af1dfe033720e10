package io.holdfast.scheduler.api;

import io.holdfast.scheduler.auth.BearerToken;
import io.holdfast.scheduler.line.LineSettings;
import java.util.function.Supplier;

/**
 * What the server is told at start.
 *
 * @param userToken admits to the API
 * @param nodeToken admits agents to their lines, and to nothing else
 * @param version of Holdfast, as health shows it
 * @param line asked for each welcome, and not before the server listens: Hazelcast starts meanwhile
 */
public record ApiSettings(BearerToken userToken, BearerToken nodeToken, String version, Supplier<LineSettings> line) {}
