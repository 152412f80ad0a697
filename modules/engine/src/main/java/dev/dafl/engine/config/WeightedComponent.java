package dev.dafl.engine.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.dafl.spi.LossReference;
import dev.dafl.spi.Ramp;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A loss term with its weight in the sum: {@code {name: one-hot, weight: 1}}.
 *
 * @param component the term
 * @param weight over the run; 1 where the file names none
 */
public record WeightedComponent(Component component, Ramp weight) {

    private static final String WEIGHT = "weight";

    /** A term that a method's options name. */
    public static WeightedComponent of(LossReference reference) {
        return new WeightedComponent(Component.of(reference.term()), reference.weight());
    }

    LossReference reference() {
        return new LossReference(component.reference(), weight);
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static WeightedComponent of(JsonNode node) {
        if (node instanceof ObjectNode object && object.has(WEIGHT)) {
            ObjectNode rest = object.deepCopy();
            Ramp weight = RampText.read(rest.remove(WEIGHT), WEIGHT);
            return new WeightedComponent(Component.of(rest), weight);
        }
        return new WeightedComponent(Component.of(node), Ramp.constant(1));
    }

    @JsonValue
    JsonNode toNode() {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("name", component.name());
        node.set(WEIGHT, RampText.write(weight));
        node.setAll(component.options());
        return node;
    }
}
