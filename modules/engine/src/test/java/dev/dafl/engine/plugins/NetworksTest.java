package dev.dafl.engine.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.compute.Compute;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.plugins.ExperimentParts.ImageSource;
import dev.dafl.engine.task.Task;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Network;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworksTest {

    private static final ImageShape MNIST = new ImageShape(1, 32, 32);
    private static final Task TASK = new Task("mnist", MNIST, List.of("a", "b"), Normalization.grey(0.1307, 0.3081));

    /** LeNet-5 has 0.4 million multiply-adds, the generator 51 million. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bfloat16IsForLargeNetworks(boolean bf16) {
        long before = Tensor.liveCount();
        Experiment experiment = Experiment.prepare(
                ExperimentFile.parse("test.yaml", """
                data: {dataset: mnist, image-size: 32}
                teacher: {model: lenet5}
                student: {model: lenet5-half}
                generator: {model: dcgan, losses: [{name: one-hot}]}
                """, Map.of(), "test"), ClassPathExtensions.with());
        Networks networks = new Networks(experiment.file(), new Compute(Device.CPU, bf16), new RandomStream(1));
        var generated = (ImageSource.Generated)
                experiment.parts().distillation().orElseThrow().images();
        try (Network teacher = networks.classifier("teacher", experiment.parts().teacher(), MNIST, 10);
                Network generator = networks.generator(generated.generator(), TASK)) {
            assertEquals(false, teacher.bfloat16());
            assertEquals(bf16, generator.bfloat16());
        }
        assertEquals(before, Tensor.liveCount());
    }
}
