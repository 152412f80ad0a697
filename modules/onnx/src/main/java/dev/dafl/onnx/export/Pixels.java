package dev.dafl.onnx.export;

import java.util.List;

/**
 * How a graph comes from the images that it takes to those that the network takes.
 *
 * @param form of those that the graph takes
 * @param mean that is subtracted from each channel, on a scale from 0 to 1
 * @param std that each channel is divided by then
 */
public record Pixels(InputForm form, List<Double> mean, List<Double> std) {

    public Pixels {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.size() != std.size()) {
            throw new IllegalArgumentException("as many means as standard deviations, not " + mean + " and " + std);
        }
    }
}
