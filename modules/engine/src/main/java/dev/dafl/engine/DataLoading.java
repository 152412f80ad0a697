package dev.dafl.engine;

import dev.dafl.engine.Experiment.Part;
import dev.dafl.engine.config.DataConfig;
import dev.dafl.engine.data.DownloadListener;
import dev.dafl.engine.data.LocalDataFiles;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.DatasetFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Loads a dataset from the user's folders or the cache of downloads. */
final class DataLoading {

    private DataLoading() {}

    static Dataset load(Part<DatasetFactory<?>> part, DataConfig config, Path cache, DownloadListener listener)
            throws IOException {
        List<Path> roots = new ArrayList<>();
        config.root().map(Path::of).ifPresent(roots::add);
        String environment = System.getenv("DAFL_DATA");
        if (environment != null && !environment.isBlank()) {
            roots.add(Path.of(environment));
        }
        return load(part.plugin(), part.options(), new LocalDataFiles(roots, cache.resolve("data"), listener));
    }

    @SuppressWarnings("unchecked") // the options were bound from this plugin's defaults
    private static <O extends Record> Dataset load(DatasetFactory<O> plugin, Record options, LocalDataFiles files)
            throws IOException {
        return plugin.load(files, (O) options);
    }
}
