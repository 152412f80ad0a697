package dev.dafl.workspace;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * What all workspaces of a run have in common.
 *
 * @param shape of the teacher's input
 * @param classes of the teacher
 * @param normalization of the teacher's images
 * @param device where tensors lie
 * @param format of those with four dimensions
 * @param random of the run; each workspace has a child of it
 * @param bankFile where the images of a name are kept; asked when there are some
 */
public record Surroundings(
        ImageShape shape,
        int classes,
        Normalization normalization,
        Device device,
        MemoryFormat format,
        RandomStream random,
        Function<String, Path> bankFile) {}
