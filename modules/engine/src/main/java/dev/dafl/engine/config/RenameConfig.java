package dev.dafl.engine.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.dafl.tensor.nn.Renaming;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Other names for the tensors of a weights file: {@code {backbone: "", layer*.conv: block*.conv1}}, as {@link Renaming} tells.
 *
 * @param rules from what names begin with to what they are to begin with, in the order of the file
 */
public record RenameConfig(Map<String, String> rules) {

    public RenameConfig {
        Renaming.of(rules);
    }

    /** What the rules do. */
    public Renaming renaming() {
        return Renaming.of(rules);
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static RenameConfig of(JsonNode node) {
        if (!(node instanceof ObjectNode table) || table.isEmpty()) {
            throw new IllegalArgumentException(
                    "rename is a table from names to names, such as {backbone: \"\", fc: head}");
        }
        Map<String, String> rules = new LinkedHashMap<>();
        table.properties().forEach(rule -> {
            JsonNode to = rule.getValue();
            if (!to.isString() && !to.isIntegralNumber() && !to.isNull()) {
                throw new IllegalArgumentException("rename: " + OneLine.shortened(rule.getKey()) + " is given "
                        + OneLine.shortened(to.toString()) + " where a name is due, or \"\" for none");
            }
            rules.put(rule.getKey(), to.asString(""));
        });
        return new RenameConfig(rules);
    }

    @JsonValue
    Map<String, String> toTable() {
        return rules;
    }
}
