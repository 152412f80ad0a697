package dev.dafl.plugins.spaceship;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MapsToImagesTest {

    private static final ImageShape ODD = new ImageShape(2, 7, 10);
    private static final Normalization NORMALIZATION = new Normalization(List.of(0.5, 0.25), List.of(0.25, 0.5));

    private TensorScope scope;

    @BeforeEach
    void open() {
        scope = TensorScope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void mapsHaveAQuarterOfTheSidesRoundedUp() {
        assertEquals(new ImageShape(128, 8, 8), MapsToImages.maps(64, new ImageShape(3, 32, 32)));
        assertEquals(new ImageShape(6, 2, 3), MapsToImages.maps(3, ODD));
    }

    @Test
    void whatIsTooMuchOfASideIsCutOff() {
        try (Network rest = rest(MemoryFormat.CONTIGUOUS)) {
            assertArrayEquals(new long[] {4, 2, 7, 10}, images(rest).shape());
        }
    }

    /** Pixels from 0 to 1 are normalised to -2 to 2, and to -0.5 to 1.5. */
    @Test
    void imagesAreAsTheTeacherSeesThem() {
        try (Network rest = rest(MemoryFormat.CONTIGUOUS);
                GradMode _ = GradMode.disabled()) {
            rest.parameters().stateDict().get("last.bias").copy_(Tensor.of(new float[] {30, -30}, 2));
            Tensor images = images(rest);
            assertTrue(images.narrow(1, 0, 1).sub(2).abs().max().item() < 1e-5);
            assertTrue(images.narrow(1, 1, 1).add(0.5).abs().max().item() < 1e-5);
        }
    }

    @Test
    void weightsThatAreChannelsLastGiveTheSameImages() {
        try (Network one = rest(MemoryFormat.CONTIGUOUS);
                Network other = rest(MemoryFormat.CHANNELS_LAST)) {
            assertArrayEquals(images(one).toFloats(), images(other).toFloats(), 1e-5f);
        }
    }

    private static Tensor images(Network rest) {
        ImageShape maps = MapsToImages.maps(3, ODD);
        return rest.forward(
                        Initializer.normal(0, 1)
                                .values(
                                        new long[] {4, maps.channels(), maps.height(), maps.width()},
                                        new RandomStream(2).at("maps", 0)),
                        Pass.train())
                .detach();
    }

    private static Network rest(MemoryFormat format) {
        return Network.build(
                new Parameters(Device.CPU, format, new RandomStream(1)),
                path -> MapsToImages.of(path, 3, ODD, NORMALIZATION));
    }
}
