package dev.dafl.engine.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A loss term with its weight in the sum: {@code {name: one-hot, weight: 1}}.
 *
 * @param component the term
 * @param weight finite; 1 where the file names none
 */
public record WeightedComponent(Component component, double weight) {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static WeightedComponent of(JsonNode node) {
        if (node instanceof ObjectNode object && object.has("weight")) {
            JsonNode written = object.get("weight");
            if (!written.isNumber() || !Double.isFinite(written.asDouble())) {
                throw new IllegalArgumentException("weight must be a finite number, not "
                        + OneLine.shortened(written.isNumber() ? written.asString() : written.toString()));
            }
            ObjectNode rest = object.deepCopy();
            double weight = rest.remove("weight").asDouble();
            return new WeightedComponent(Component.of(rest), weight);
        }
        return new WeightedComponent(Component.of(node), 1);
    }

    @JsonValue
    JsonNode toNode() {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("name", component.name())
                .put("weight", weight);
        node.setAll(component.options());
        return node;
    }
}
