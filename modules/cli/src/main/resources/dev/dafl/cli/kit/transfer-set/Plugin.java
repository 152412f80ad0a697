package @package@;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.TransferSet;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.spi.TransferSetFactory;
import dev.dafl.spi.TransferSource;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Initializer;
import java.util.Optional;

/** Noise in blotches: each value of N(0, 1) fills a square of pixels. */
@ServiceProvider(TransferSetFactory.class)
public final class @Class@ implements TransferSetFactory<@Class@.Options> {

    /** @param scale height and width of a blotch in pixels */
    public record Options(int scale) {

        public Options {
            if (scale < 1) {
                throw new IllegalArgumentException("scale must be at least 1, not " + scale);
            }
        }
    }

    @Override
    public String name() {
        return "@name@";
    }

    @Override
    public String description() {
        return "noise from N(0, 1) in blotches of some pixels";
    }

    @Override
    public Options defaults() {
        return new Options(4);
    }

    @Override
    public TransferSet create(TransferSource source, Options options) {
        ImageShape shape = source.shape(); // of the teacher's input
        int rows = Math.ceilDiv(shape.height(), options.scale());
        int columns = Math.ceilDiv(shape.width(), options.scale());
        return (size, random) -> { // all that is random in a batch follows from its numbers
            long[] sizes = {size, shape.channels(), rows, columns};
            Tensor values = Initializer.normal(0, 1).values(sizes, random).to(source.device());
            Tensor images = Functional.upsampleNearest2d(values, options.scale())
                    .narrow(2, 0, shape.height())
                    .narrow(3, 0, shape.width());
            return new TransferBatch(images, Optional.empty()); // normalised as the teacher's input is; without labels
        };
    }
}
