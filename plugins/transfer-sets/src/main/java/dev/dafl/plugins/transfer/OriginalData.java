package dev.dafl.plugins.transfer;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.Plugin;
import dev.dafl.spi.TransferSet;
import dev.dafl.spi.TransferSetFactory;
import dev.dafl.spi.TransferSource;
import java.util.Set;

/**
 * The images that the teacher was trained on, with their labels: what a student learns from where there are data after all.
 * With the loss knowledge-distillation it is the row "knowledge distillation" of the paper's tables, with cross-entropy the row
 * "standard back-propagation".
 */
@ServiceProvider(TransferSetFactory.class)
public final class OriginalData implements TransferSetFactory<Plugin.NoOptions> {

    @Override
    public String name() {
        return "original-data";
    }

    @Override
    public String description() {
        return "the teacher's training images, with labels";
    }

    @Override
    public Plugin.NoOptions defaults() {
        return Plugin.NoOptions.INSTANCE;
    }

    @Override
    public Set<Need> needs(Plugin.NoOptions options) {
        return Set.of(Need.ORIGINAL_IMAGES);
    }

    @Override
    public boolean labelled(Plugin.NoOptions options) {
        return true;
    }

    @Override
    public TransferSet create(TransferSource source, Plugin.NoOptions options) {
        return source.original();
    }
}
