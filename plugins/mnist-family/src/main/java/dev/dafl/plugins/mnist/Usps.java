package dev.dafl.plugins.mnist;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.DataFiles;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.DatasetFactory;
import java.io.IOException;
import java.util.List;

/** USPS (Hull, 1994) as IDX files, which nobody offers for download; normalised by its own training images. */
@ServiceProvider(DatasetFactory.class)
public final class Usps implements DatasetFactory<Limits> {

    private static final IdxDataset FILES = new IdxDataset(
            "usps",
            new String[] {"train", "test"},
            List.of(
                    "4cd4bc62e6551318fe9ea956ca4b009b0d0393b480c2694b0042358c8349d345",
                    "ca21dd4e5a91233d38069e4f468988d3b56f6ce37e1a579a5ad1bd02395488c6",
                    "c457a5ed04299c6a38754b797879bb527abb519e4ec8afccc932d6018f35192a",
                    "9d60836db74a1ffe67829f9a2546bd594d5d321f778dbca1578c041da94483a2"),
            List.of(),
            List.of(),
            IdxDataset.DIGITS,
            Normalization.grey(0.2545, 0.3846));

    @Override
    public String name() {
        return "usps";
    }

    @Override
    public String description() {
        return "digits from envelopes, 7,291 + 2,007 images of 16x16";
    }

    @Override
    public Limits defaults() {
        return new Limits(0, 0);
    }

    @Override
    public Dataset load(DataFiles files, Limits limits) throws IOException {
        return FILES.load(files, limits);
    }
}
