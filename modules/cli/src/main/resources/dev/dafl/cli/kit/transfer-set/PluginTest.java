package @package@;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.spi.ImageShape;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.TransferSet;
import dev.dafl.spi.TransferSource;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import org.junit.jupiter.api.Test;

class @Class@Test {

    @Test
    void aBatchIsBlotchesThatFollowFromItsNumbers() {
        try (TensorScope _ = TensorScope.open()) {
            TransferSet set = new @Class@().create(new Nothing(), new @Class@.Options(4));
            Tensor images = batch(set, 0);
            assertArrayEquals(new long[] {2, 3, 6, 8}, images.shape());
            assertArrayEquals(images.toFloats(), batch(set, 0).toFloats());
            Tensor blotch = images.narrow(2, 0, 4).narrow(3, 4, 4).flatten(2); // [2, 3, 16]
            assertEquals(0, blotch.amax(false, 2).sub(blotch.amin(false, 2)).abs().max().item());
            assertEquals(1, images.sub(batch(set, 1)).abs().sum().sign().item());
        }
    }

    private static Tensor batch(TransferSet set, long step) {
        return set.batch(2, new RandomStream(1).at("batch", step)).images();
    }

    /** What a set is made from that needs the shape of the images alone. */
    private static final class Nothing implements TransferSource {

        @Override
        public ImageShape shape() {
            return new ImageShape(3, 6, 8);
        }

        @Override
        public int classes() {
            return 10;
        }

        @Override
        public Device device() {
            return Device.CPU;
        }

        @Override
        public RandomStream random() {
            return new RandomStream(1);
        }

        @Override
        public TransferSet original() {
            throw new UnsupportedOperationException();
        }

        @Override
        public TransferSet dataset(PluginReference dataset, int border) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Judgement judge(Tensor images) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ActivationStatistics statistics() {
            throw new UnsupportedOperationException();
        }
    }
}
