package dev.dafl.server.api;

import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Something that happened in a job, in the order of its ids.
 *
 * @param run whose; empty of the job itself
 * @param event a run's event as {@code dafl run --events} writes it, or {@code {"event": "state", "state": ..., "reason": ...}}
 */
public record JobEvent(Instant time, Optional<String> run, JsonNode event) {}
