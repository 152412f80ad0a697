package dev.dafl.workspace;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Ranks;
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
 * @param ranks among which the batches of teacher, student and generators are divided; networks that a plugin makes of its own see
 *     whole batches in all of them, since nobody knows what their rows are
 */
public record Surroundings(
        ImageShape shape,
        int classes,
        Normalization normalization,
        Device device,
        MemoryFormat format,
        RandomStream random,
        Function<String, Path> bankFile,
        Ranks ranks) {

    /** Of one process alone. */
    public Surroundings(
            ImageShape shape,
            int classes,
            Normalization normalization,
            Device device,
            MemoryFormat format,
            RandomStream random,
            Function<String, Path> bankFile) {
        this(shape, classes, normalization, device, format, random, bankFile, Ranks.ALONE);
    }

    /** The same with images kept elsewhere. */
    public Surroundings keeping(Function<String, Path> otherFile) {
        return new Surroundings(shape, classes, normalization, device, format, random, otherFile, ranks);
    }
}
