package dev.dafl.engine.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How long the student learns: {@code 30min}, or {@code {time: 30min, count: 412}} where it was decided before.
 *
 * @param time of the distillation on this machine; the teacher's training is not part of it
 * @param count rounds of the schedule (steps where it is joint) that were found to fit; a short trial finds it where it is left
 *     out
 */
public record BudgetConfig(Duration time, Optional<Long> count) {

    private static final String TIME = "time";
    private static final String COUNT = "count";

    public BudgetConfig {
        count.filter(n -> n < 1).ifPresent(n -> {
            throw new IllegalArgumentException("count must be at least 1, not " + n);
        });
    }

    /** The same, decided. */
    BudgetConfig of(long decided) {
        return new BudgetConfig(time, Optional.of(decided));
    }

    /** As a file writes it, such as {@code 30m}. */
    public String text() {
        return new TimeSpan(time).toString();
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static BudgetConfig of(JsonNode node) {
        if (node instanceof ObjectNode table
                && table.size() == 2
                && table.path(TIME).isString()
                && table.path(COUNT).isIntegralNumber()) {
            return new BudgetConfig(
                    time(table.path(TIME).asString()),
                    Optional.of(table.path(COUNT).asLong()));
        }
        return new BudgetConfig(time(node.isValueNode() ? node.asString() : ""), Optional.empty());
    }

    private static Duration time(String text) {
        return TimeSpan.read(text)
                .map(TimeSpan::duration)
                .orElseThrow(() -> new IllegalArgumentException("budget is a time such as 90s, 30min or 2h"
                        + (text.isBlank() ? "" : ", not '" + OneLine.shortened(text) + "'")));
    }

    @JsonValue
    JsonNode toNode() {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return count.<JsonNode>map(n -> nodes.objectNode().put(TIME, text()).put(COUNT, n))
                .orElseGet(() -> nodes.stringNode(text()));
    }
}
