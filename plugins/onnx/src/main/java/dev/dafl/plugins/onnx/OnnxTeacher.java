package dev.dafl.plugins.onnx;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.onnx.OnnxModel;
import dev.dafl.spi.Declared;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import java.io.IOException;

/**
 * A classifier from an ONNX file, with what it has learned: {@code {name: onnx, file: teacher.onnx}}. Networks of PyTorch,
 * Keras (by tf2onnx) and scikit-learn can be exported so.
 */
@ServiceProvider(TeacherFactory.class)
public final class OnnxTeacher implements TeacherFactory<Options> {

    @Override
    public String name() {
        return OnnxNetwork.NAME;
    }

    @Override
    public String description() {
        return "a trained classifier from an ONNX file";
    }

    @Override
    public Options defaults() {
        return Options.of(OnnxModel.Weights.FILE);
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
