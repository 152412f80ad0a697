package dev.dafl.engine.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelSizeTest {

    /**
     * LeNet-5: 28x28x6x25 + 10x10x16x150 + 120x400 + 84x120 + 10x84; the others were added up by hand in the same way. DCGAN:
     * 100x8192 + (16x16x128x128x9 + 32x32x64x128x9)x4/9 + 32x32x64x9, as a convolution of a doubled picture takes
     * 4 products of 9.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            lenet5                                 | 1 | 32 | 61706    | 416520
            lenet5-half                            | 1 | 32 | 15738    | 133740
            hinton                                 | 1 | 28 | 2395210  | 2392800
            hinton-half                            | 1 | 28 | 1276810  | 1275200
            resnet34                               | 3 | 32 | 21282122 | 1159402496
            resnet18                               | 3 | 32 | 11173962 | 555422720
            {name: wide-resnet, depth: 16, width: 1} | 3 | 32 | 175066 | 26657408
            dcgan                                  | 1 | 32 | 1049985  | 51740672
            {name: dcgan, conditional: true}       | 1 | 32 | 1131905  | 51822592
            """)
    void areCounted(String model, int channels, int size, long parameters, long multiplyAdds) {
        long before = Tensor.liveCount();
        ModelSize counted = ModelSize.of(model, new ImageShape(channels, size, size), 10, ClassPathExtensions.with());
        assertEquals(parameters, counted.parameters());
        assertEquals(multiplyAdds, counted.multiplyAdds());
        assertEquals(before, Tensor.liveCount());
    }

    @Test
    void allAreListedAndThoseThatDoNotFitSayWhy() {
        List<ModelSize> sizes = ModelSize.all(new ImageShape(1, 30, 30), 10, ClassPathExtensions.with());
        assertTrue(sizes.size() >= 10, sizes.toString());
        assertTrue(sizes.stream()
                .filter(s -> s.model().equals("lenet5"))
                .findFirst()
                .orElseThrow()
                .problem()
                .orElseThrow()
                .contains("takes images of 32x32"));
    }

    @Test
    void whatDoesNotExistIsTold() {
        ImageShape shape = new ImageShape(1, 32, 32);
        assertMessage("no network is named lenet6; did you mean lenet5? There are alexnet, ", "lenet6", shape);
        assertMessage("wide-resnet: unknown key deep", "{name: wide-resnet, deep: 16}", shape);
        assertMessage("a plugin is its name", "{depth: 16}", shape);
        assertMessage("'{': not YAML", "{", shape);
    }

    private static void assertMessage(String part, String model, ImageShape shape) {
        String message = assertThrows(
                        ConfigException.class, () -> ModelSize.of(model, shape, 10, ClassPathExtensions.with()))
                .getMessage();
        assertTrue(message.contains(part), message);
    }
}
