package dev.dafl.engine.data;

import dev.dafl.engine.config.Nearest;
import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.engine.plugins.BoundPlugin;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.engine.plugins.PluginCall;
import dev.dafl.engine.run.RunListener;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.DatasetFactory;
import dev.dafl.spi.Plugin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Loads a dataset from the user's folders or the cache. */
public final class DataLoading {

    private DataLoading() {}

    /** @param root a folder to look in first */
    public static Dataset load(
            BoundPlugin<DatasetFactory<?>> part, Optional<String> root, Path cache, RunListener listener)
            throws IOException {
        List<Path> roots = new ArrayList<>();
        root.map(Path::of).ifPresent(roots::add);
        String environment = System.getenv("DAFL_DATA");
        if (environment != null && !environment.isBlank()) {
            roots.add(Path.of(environment));
        }
        LocalDataFiles files = new LocalDataFiles(roots, cache, listener);
        return PluginCall.making(part.identity(), () -> load(part.plugin(), part.options(), files));
    }

    /** A dataset by its name, with its default options. */
    public static Dataset load(
            String name, Extensions extensions, Optional<String> root, Path cache, RunListener listener)
            throws IOException {
        DatasetFactory<?> plugin = find(name, extensions);
        return load(
                new BoundPlugin<>(plugin, plugin.defaults(), "", PluginIdentity.of("dataset", plugin)),
                root,
                cache,
                listener);
    }

    /** @throws IllegalArgumentException when no dataset has that name */
    private static DatasetFactory<?> find(String name, Extensions extensions) {
        List<DatasetFactory<?>> all = extensions.all(DatasetFactory.class).stream()
                .<DatasetFactory<?>>map(p -> p)
                .toList();
        return all.stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no dataset is named " + name
                        + Nearest.among(name, all.stream().map(Plugin::name).toList())));
    }

    @SuppressWarnings("unchecked") // the options were bound from this plugin's defaults
    private static <O extends Record> Dataset load(DatasetFactory<O> plugin, Record options, LocalDataFiles files)
            throws IOException {
        return plugin.load(files, (O) options);
    }

    /** Where downloads are kept in the cache; the folder may not exist yet. */
    public static Path downloads(Path cache) {
        return cache.resolve("data");
    }
}
