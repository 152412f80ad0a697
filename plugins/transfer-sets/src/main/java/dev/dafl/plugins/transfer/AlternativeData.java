package dev.dafl.plugins.transfer;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;
import dev.dafl.spi.TransferSet;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.spi.TransferSetFactory;
import dev.dafl.spi.TransferSource;
import java.util.List;
import java.util.Optional;

/**
 * The training images of another dataset, normalised as the teacher's: the row "alternative data" of the paper's tables, which
 * is USPS for MNIST. Its labels are left out, since they are of other classes.
 */
@ServiceProvider(TransferSetFactory.class)
public final class AlternativeData implements TransferSetFactory<AlternativeData.Options> {

    /**
     * @param dataset the dataset plugin, such as {@code usps}, or {@code {name: image-folder, train: photos, channels: 1}}
     * @param border black pixels left on every side of an image, for objects that are to be as large as in the teacher's images: USPS
     *     fills its pictures, MNIST leaves 4 of 28 pixels
     */
    public record Options(
            PluginReference dataset, @Range(min = 0) int border) {

        public Options {
            Ranges.require(Options.class, dataset, border);
        }
    }

    @Override
    public String name() {
        return "alternative-data";
    }

    @Override
    public String description() {
        return "the images of another dataset, without their labels";
    }

    @Override
    public Options defaults() {
        return new Options(PluginReference.named("usps"), 0);
    }

    @Override
    public List<PluginReference> datasets(Options options) {
        return List.of(options.dataset());
    }

    @Override
    public TransferSet create(TransferSource source, Options options) {
        TransferSet images = source.dataset(options.dataset(), options.border());
        return (size, random) -> new TransferBatch(images.batch(size, random).images(), Optional.empty());
    }
}
