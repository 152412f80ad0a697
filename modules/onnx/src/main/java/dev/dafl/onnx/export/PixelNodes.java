package dev.dafl.onnx.export;

import dev.dafl.tensor.DType;
import java.util.List;

/** From the images that a graph takes to those that its network takes. */
final class PixelNodes {

    private static final int WHITE = 255;

    private PixelNodes() {}

    /** The type of the images that the graph takes. */
    static DType type(Pixels pixels) {
        return switch (pixels.form()) {
            case NORMALISED, UNIT -> DType.FLOAT32;
            case UINT8 -> DType.UINT8;
        };
    }

    /** The name of the normalised images, {@code [n, c, h, w]}. */
    static String normalised(Pixels pixels, String images, Graph graph) {
        return switch (pixels.form()) {
            case NORMALISED -> images;
            case UNIT -> ofUnit(pixels, images, graph);
            case UINT8 -> {
                String numbers = graph.cast(images, DType.FLOAT32);
                yield ofUnit(
                        pixels,
                        graph.node("Div")
                                .inputs(numbers, graph.number(WHITE, DType.FLOAT32))
                                .add(),
                        graph);
            }
        };
    }

    private static String ofUnit(Pixels pixels, String images, Graph graph) {
        long channels = pixels.mean().size();
        String mean = graph.numbers("mean", floats(pixels.mean()), 1, channels, 1, 1);
        String std = graph.numbers("std", floats(pixels.std()), 1, channels, 1, 1);
        String centred = graph.node("Sub").inputs(images, mean).add();
        return graph.node("Div").inputs(centred, std).add();
    }

    private static float[] floats(List<Double> numbers) {
        float[] floats = new float[numbers.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = numbers.get(i).floatValue();
        }
        return floats;
    }
}
