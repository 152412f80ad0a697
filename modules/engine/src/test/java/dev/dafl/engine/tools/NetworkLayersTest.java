package dev.dafl.engine.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.engine.tools.NetworkLayers.Row;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkLayersTest {

    @Test
    void aLayerIsNamedAsInTheStateDictWithWhatItGives() {
        List<Row> rows = NetworkLayers.of("lenet5", new ImageShape(1, 32, 32), 10, ClassPathExtensions.with())
                .layers();
        Row first = rows.getFirst();
        assertEquals("conv1", first.name());
        assertEquals("conv2d", first.operator());
        assertEquals("[n,6,28,28]", first.output());
        assertEquals(156, first.parameters());
        assertEquals(6 * 28 * 28 * 25, first.multiplyAdds());
        assertEquals("[n,10]", rows.getLast().output());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            lenet5 | 1
            hinton | 1
            resnet18 | 3
            mobilenet-v2 | 3
            {name: wide-resnet, depth: 10, width: 2} | 3
            vgg11 | 3
            """)
    void theRowsTogetherAreTheNetwork(String model, int channels) {
        ImageShape shape = new ImageShape(channels, 32, 32);
        long live = Tensor.liveCount();
        List<Row> rows =
                NetworkLayers.of(model, shape, 10, ClassPathExtensions.with()).layers();
        assertEquals(live, Tensor.liveCount());
        ModelSize size = ModelSize.of(model, shape, 10, ClassPathExtensions.with());
        assertEquals(
                size.multiplyAdds(), rows.stream().mapToLong(Row::multiplyAdds).sum());
        // What is not trained, as means and variances of batch norms, is there as well.
        long all = rows.stream().mapToLong(Row::parameters).sum();
        assertTrue(all >= size.parameters() && all < size.parameters() * 1.1, all + " of " + size.parameters());
    }

    @Test
    void whatIsNoNetworkOrNotForSuchImagesIsToldInASentence() {
        ImageShape small = new ImageShape(1, 30, 30);
        assertThrows(ConfigException.class, () -> NetworkLayers.of("lenet", small, 10, ClassPathExtensions.with()));
        assertTrue(assertThrows(
                        ConfigException.class, () -> NetworkLayers.of("lenet5", small, 10, ClassPathExtensions.with()))
                .getMessage()
                .startsWith("lenet5 cannot be shown layer by layer: "));
    }
}
