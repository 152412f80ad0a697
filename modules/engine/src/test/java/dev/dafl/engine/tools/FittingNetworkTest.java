package dev.dafl.engine.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.spi.ClassifierFactory;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.StoredTensor;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Parameters;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FittingNetworkTest {

    private static final ClassPathExtensions EXTENSIONS = ClassPathExtensions.with();
    private static final ImageShape IMAGE = new ImageShape(3, 32, 32);
    private static final int CLASSES = 5;

    /** What tensors do not tell, as of MobileNetV2's strides, is listed with each choice. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {name: vgg11, head: imagenet, batch-norm: false} | vgg11 {batch-norm: false, head: imagenet} for 3x32x32 3x64x64 3x224x224
            {name: vgg16, batch-norm: false}                 | vgg16 {batch-norm: false} for 3x32x32
            vgg16                                            | vgg16 for 3x32x32
            {name: resnet18, stem: imagenet}                 | resnet18 {stem: imagenet} for 3x32x32 3x64x64 3x224x224
            {name: resnet20, shortcut: projection}           | resnet20 {shortcut: projection} for 3x28x28 3x32x32 3x64x64 3x224x224
            mobilenet-v2 | mobilenet-v2 for 3x28x28 3x32x32 3x64x64 3x224x224; mobilenet-v2 {stem: imagenet} for 3x32x32 3x64x64 3x224x224
            {name: mobilenet-v2, width: 0.5}                 | ''
            """)
    void optionsThatTensorsTellAreFound(String model, String expected) {
        long before = Tensor.liveCount();
        Component component = Component.parse(model);
        TeacherFactory<?> factory = EXTENSIONS.all(TeacherFactory.class).stream()
                .filter(network -> network.name().equals(component.name()))
                .findFirst()
                .orElseThrow();
        String found = FittingNetwork.among(EXTENSIONS, new LayerShapes(tensors(factory, component)), CLASSES, note -> {
                    throw new AssertionError(note);
                })
                .stream()
                .map(fit -> fit.model() + " for " + String.join(" ", fit.images()))
                .collect(Collectors.joining("; "));
        assertEquals(expected, found);
        assertEquals(before, Tensor.liveCount());
    }

    private static Map<String, StoredTensor> tensors(ClassifierFactory<?> factory, Component component) {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        try (TensorScope _ = TensorScope.open();
                Network network = Network.build(Parameters.unset(), path -> create(factory, component, path))) {
            network.parameters().stateDict().forEach((name, tensor) -> {
                List<Long> shape = Arrays.stream(tensor.shape()).boxed().toList();
                tensors.put(name, new StoredTensor(tensor.dtype().toString(), shape));
            });
        }
        return tensors;
    }

    private static <O extends Record> Layer create(
            ClassifierFactory<O> factory, Component component, ParameterPath path) {
        return factory.create(path, IMAGE, CLASSES, component.bind(factory.defaults()));
    }
}
