package dev.dafl.plugins.onnx;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.onnx.OnnxModel;
import dev.dafl.spi.Declared;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.StudentFactory;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import java.io.IOException;

/**
 * A student of the form that a graph in an ONNX file has. By default it begins untaught; with {@code weights: file} it begins
 * with what the file's network has learned. Batch norms that the exporter has merged into convolutions are not in the graph,
 * so that a student of such a graph has none: export it with {@code training=TrainingMode.PRESERVE} in evaluation mode.
 */
@ServiceProvider(StudentFactory.class)
public final class OnnxStudent implements StudentFactory<Options> {

    @Override
    public String name() {
        return OnnxNetwork.NAME;
    }

    @Override
    public String description() {
        return "a network of the form that an ONNX file has";
    }

    @Override
    public Options defaults() {
        return Options.of(OnnxModel.Weights.FRESH);
    }

    @Override
    public Declared declared(Options options) throws IOException {
        return OnnxNetwork.declared(options);
    }

    @Override
    public Layer create(ParameterPath path, ImageShape input, int classes, Options options) {
        return OnnxNetwork.create(path, input, classes, options);
    }
}
