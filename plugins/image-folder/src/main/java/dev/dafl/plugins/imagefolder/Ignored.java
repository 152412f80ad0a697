package dev.dafl.plugins.imagefolder;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** What lies among images without being a class or an image: hidden things, what systems and tools leave, texts. */
final class Ignored {

    private static final Set<String> LEFT_BY_SYSTEMS = Set.of(
            "thumbs.db",
            "ehthumbs.db",
            "desktop.ini",
            "icon\r",
            "__macosx",
            "@eadir",
            "$recycle.bin",
            "system volume information",
            "lost+found",
            "__pycache__");
    private static final Set<String> TEXTS = Set.of(
            "txt", "md", "rst", "csv", "tsv", "json", "jsonl", "yaml", "yml", "xml", "htm", "html", "log", "ini", "py",
            "ipynb");
    private static final Set<String> TEXTS_WITHOUT_ENDING = Set.of("readme", "license", "licence", "copying");

    private Ignored() {}

    /** Whether a name is that of no class and no image, whatever it stands for. */
    static boolean isNameOfNothing(Path path) {
        String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
        return name.startsWith(".") || LEFT_BY_SYSTEMS.contains(name);
    }

    /** Whether it is a file that tells about images. */
    static boolean isText(Path path) {
        String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
        boolean named = (TEXTS.contains(name.substring(name.lastIndexOf('.') + 1)) && name.indexOf('.') >= 0)
                || TEXTS_WITHOUT_ENDING.contains(name);
        return named && Files.isRegularFile(path);
    }
}
