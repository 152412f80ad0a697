package dev.dafl.engine.matrix;

import dev.dafl.spi.Plugin;
import dev.dafl.spi.TransferSet;
import dev.dafl.spi.TransferSetFactory;
import dev.dafl.spi.TransferSource;
import java.io.IOException;

/** A transfer set that fails in the middle of a run. */
record LostImages() implements TransferSetFactory<Plugin.NoOptions> {

    @Override
    public String name() {
        return "lost-images";
    }

    @Override
    public String description() {
        return "images that cannot be read";
    }

    @Override
    public Plugin.NoOptions defaults() {
        return Plugin.NoOptions.INSTANCE;
    }

    @Override
    public TransferSet create(TransferSource source, Plugin.NoOptions options) throws IOException {
        throw new IOException("the images are lost");
    }
}
