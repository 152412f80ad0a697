package dev.dafl.plugins.onnx;

import dev.dafl.onnx.OnnxModel.Weights;
import dev.dafl.spi.ClassifierFactory;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Times the step of a teacher, forward and backward to the images, of networks side by side: {@code StepTimes
 * dev.dafl.plugins.resnet.ResNet18 resnet18-small.preserve.onnx}, each a network with its default options by its class, or an ONNX file
 * as {@code models.py step} of modules/onnx writes them. Nothing of the build runs it.
 */
public final class StepTimes {

    private static final ImageShape IMAGES = new ImageShape(3, 32, 32);
    private static final int CLASSES = 10;
    private static final int BATCH = 128;
    private static final int ROUNDS = 12;

    private StepTimes() {}

    public static void main(String[] names) throws Exception {
        try (TensorScope _ = TensorScope.open()) {
            RandomGenerator random = new RandomStream(1).at("images", 0);
            Tensor images = Initializer.normal(0, 1)
                    .values(new long[] {BATCH, 3, 32, 32}, random)
                    .contiguous(MemoryFormat.CHANNELS_LAST)
                    .requiresGrad_(true);
            for (boolean bf16 : new boolean[] {false, true}) {
                Map<String, Network> networks = new LinkedHashMap<>();
                Map<String, List<Double>> seconds = new LinkedHashMap<>();
                for (String name : names) {
                    Network network = network(name);
                    network.parameters().freeze();
                    networks.put(name, bf16 ? network.inBfloat16() : network);
                    seconds.put(name, new ArrayList<>());
                }
                for (int round = -2; round < ROUNDS; round++) {
                    for (Map.Entry<String, Network> entry : networks.entrySet()) {
                        double time = step(entry.getValue(), images);
                        if (round >= 0) {
                            seconds.get(entry.getKey()).add(time);
                        }
                    }
                }
                print(bf16, seconds);
                networks.values().forEach(Network::close);
            }
        }
    }

    private static double step(Network network, Tensor images) {
        long begin = System.nanoTime();
        try (TensorScope _ = TensorScope.open()) {
            network.forward(images, Pass.evaluate()).logSoftmax(1).mean().backward();
            images.takeGrad();
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    private static void print(boolean bf16, Map<String, List<Double>> seconds) {
        double first = 0;
        for (Map.Entry<String, List<Double>> entry : seconds.entrySet()) {
            double[] sorted = entry.getValue().stream()
                    .mapToDouble(Double::doubleValue)
                    .sorted()
                    .toArray();
            double median = sorted[sorted.length / 2];
            first = first == 0 ? median : first;
            System.out.printf(
                    Locale.ROOT,
                    "%s %-60s median %.3f s (%.3f to %.3f), %.2f of the first%n",
                    bf16 ? "bf16" : "fp32",
                    entry.getKey(),
                    median,
                    sorted[0],
                    Arrays.stream(sorted).max().orElseThrow(),
                    median / first);
        }
    }

    private static Network network(String name) throws Exception {
        Parameters parameters = new Parameters(Device.CPU, MemoryFormat.CHANNELS_LAST, new RandomStream(1));
        if (name.endsWith(".onnx")) {
            Options options = new Options(name, Weights.FILE, "", "");
            return Network.build(parameters, path -> new OnnxTeacher().create(path, IMAGES, CLASSES, options));
        }
        ClassifierFactory<?> factory =
                (ClassifierFactory<?>) Class.forName(name).getConstructor().newInstance();
        return Network.build(parameters, path -> create(factory, path));
    }

    private static <O extends Record> Layer create(ClassifierFactory<O> factory, ParameterPath path) {
        return factory.create(path, IMAGES, CLASSES, factory.defaults());
    }
}
