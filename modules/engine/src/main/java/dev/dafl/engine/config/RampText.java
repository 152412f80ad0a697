package dev.dafl.engine.config;

import dev.dafl.spi.Ramp;
import dev.dafl.spi.Ramp.Point;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A number that may change over a run, as a file has it: {@code 1}, or {@code [[0, 0], [0.25, 1]]}. */
final class RampText {

    private RampText() {}

    /** @param key for messages */
    static Ramp read(JsonNode written, String key) {
        JsonNode node = RecordShape.plain(written);
        if (node.isNumber() && Double.isFinite(node.asDouble())) {
            return Ramp.constant(node.asDouble());
        }
        if (node instanceof ArrayNode points && !points.isEmpty()) {
            List<Point> read = new ArrayList<>();
            for (JsonNode point : points) {
                if (!(point instanceof ArrayNode pair)
                        || pair.size() != 2
                        || !pair.get(0).isNumber()
                        || !pair.get(1).isNumber()) {
                    throw mistake(key, written);
                }
                read.add(new Point(pair.get(0).asDouble(), pair.get(1).asDouble()));
            }
            return new Ramp(read);
        }
        throw mistake(key, written);
    }

    private static IllegalArgumentException mistake(String key, JsonNode written) {
        return new IllegalArgumentException(
                key + " must be a finite number, or points of a share of the run and a number"
                        + " such as [[0, 0], [0.25, 1]], not "
                        + OneLine.shortened(written.isNumber() ? written.asString() : written.toString()));
    }

    static JsonNode write(Ramp ramp) {
        if (ramp.points().size() == 1) {
            return JsonNodeFactory.instance.numberNode(ramp.points().getFirst().value());
        }
        ArrayNode points = JsonNodeFactory.instance.arrayNode();
        ramp.points().forEach(point -> points.addArray().add(point.share()).add(point.value()));
        return points;
    }
}
