package dev.dafl.checks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.dafl.onnx.export.OnnxExport;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Holds what a network is exported as against the network: in ONNX Runtime, with batches of one example and of more.
 *
 * @param example the shape of one example that the network takes
 */
public record ExportCheck(String name, Network network, long... example) {

    private static final int[] BATCHES = {1, 4, 7};

    /** Of rounding, relative to the largest value. */
    private static final double ROUNDING = 1e-4;

    /** Results are the same up to rounding, two exports are the same to the byte, and no tensor is left. */
    public void passes() {
        long before = Tensor.liveCount();
        try {
            Path folder = Files.createTempDirectory("export");
            Path file = folder.resolve("network.onnx");
            Path again = folder.resolve("again.onnx");
            try {
                OnnxExport.of(name, network, example, o -> o).write(file);
                OnnxExport.of(name, network, example, o -> o).write(again);
                assertEquals(-1, Files.mismatch(file, again), name + " gives other bytes the second time");
                compare(file);
            } finally {
                Files.deleteIfExists(file);
                Files.deleteIfExists(again);
                Files.delete(folder);
            }
        } catch (IOException | OrtException e) {
            throw new AssertionError(name + ": " + e.getMessage(), e);
        }
        assertEquals(before, Tensor.liveCount(), "tensors left");
    }

    private void compare(Path file) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (SessionOptions options = new SessionOptions()) {
            options.setIntraOpNumThreads(1);
            try (OrtSession session = environment.createSession(file.toString(), options)) {
                for (int batch : BATCHES) {
                    compare(environment, session, batch);
                }
            }
        }
    }

    private void compare(OrtEnvironment environment, OrtSession session, int batch) throws OrtException {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            long[] shape = LongStream.concat(LongStream.of(batch), LongStream.of(example))
                    .toArray();
            Tensor examples = Noise.uniform("examples " + batch, shape);
            Tensor expected = network.inFloat32().forward(examples, Pass.evaluate());
            try (OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(examples.toFloats()), shape);
                    OrtSession.Result result = session.run(
                            Map.of(session.getInputNames().iterator().next(), input))) {
                OnnxTensor output = (OnnxTensor) result.get(0);
                assertArrayEquals(expected.shape(), output.getInfo().getShape(), name);
                float[] values = expected.toFloats();
                double largest = 0;
                for (float value : values) {
                    largest = Math.max(largest, Math.abs(value));
                }
                assertArrayEquals(
                        values,
                        output.getFloatBuffer().array(),
                        (float) (ROUNDING * largest),
                        name + ", batch of " + batch);
            }
        }
    }
}
