package dev.dafl.kernel;

import java.nio.file.Path;
import java.util.List;

/**
 * What a kernel begins with.
 *
 * @param points the types that bundles extend
 * @param exporters symbolic names of the jars on the class path whose exported packages the bundles may import
 * @param builtInFolders folders of bundles, or bundles, that come first, so that no other takes their names
 * @param pluginFolders the user's folders; one that is not there holds nothing
 * @param watch whether bundles that come into the user's folders, change or go are taken up while running; a folder
 *     that is not there at the start is not watched
 */
public record KernelConfiguration(
        List<ExtensionPoint<?>> points,
        List<String> exporters,
        List<Path> builtInFolders,
        List<Path> pluginFolders,
        boolean watch) {

    /** A folder that is named twice counts once: its jars would otherwise be their own duplicates. */
    public KernelConfiguration {
        points = List.copyOf(points);
        exporters = List.copyOf(exporters);
        List<Path> first = absolute(builtInFolders);
        builtInFolders = first;
        pluginFolders = absolute(pluginFolders).stream()
                .filter(folder -> !first.contains(folder))
                .toList();
        if (points.stream().map(ExtensionPoint::type).distinct().count() != points.size()) {
            throw new IllegalArgumentException("a type is given twice as an extension point: " + points);
        }
    }

    private static List<Path> absolute(List<Path> folders) {
        return folders.stream()
                .map(folder -> folder.toAbsolutePath().normalize())
                .distinct()
                .toList();
    }
}
