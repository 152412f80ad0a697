package dev.dafl.distribution;

import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What plugins are compiled against, with the versions that say what of it may change.
 *
 * @param packages by name
 */
record PublishedApi(Map<String, Contents> packages) {

    private static final Pattern EXPORTED = Pattern.compile("([\\w.]+);version=\"([\\d.]+)\"");
    private static final String HEAD = "package ";

    /** @param lines as {@link ApiClasses#lines} writes them */
    record Contents(String version, SortedSet<String> lines) {

        private int number(int place) {
            return Integer.parseInt(version.split("\\.")[place]);
        }

        private String next(boolean breaks) {
            return breaks ? number(0) + 1 + ".0.0" : number(0) + "." + (number(1) + 1) + ".0";
        }

        private boolean allows(boolean breaks, Contents now) {
            return now.number(0) > number(0) || (!breaks && now.number(0) == number(0) && now.number(1) > number(1));
        }

        /** A method that somebody else's class has to have from now on breaks it as one that is gone does. */
        private boolean breaks(String added) {
            String type = added.substring(0, added.indexOf(": ") + 2);
            return added.contains("(")
                    && added.contains(" abstract ")
                    && lines.stream().anyMatch(line -> line.startsWith(type));
        }
    }

    /** What jars export. */
    static PublishedApi exportedBy(List<Path> jars) throws IOException {
        Map<String, Contents> packages = new TreeMap<>();
        for (Path jar : jars) {
            try (JarFile file = new JarFile(jar.toFile());
                    FileSystem inside = FileSystems.newFileSystem(jar)) {
                Matcher exported =
                        EXPORTED.matcher(file.getManifest().getMainAttributes().getValue("Export-Package"));
                while (exported.find()) {
                    Path folder = inside.getPath("/" + exported.group(1).replace('.', '/'));
                    packages.put(
                            exported.group(1),
                            new Contents(
                                    exported.group(2), ApiClasses.in(folder).lines()));
                }
            }
        }
        return new PublishedApi(packages);
    }

    /** The other way round of {@link #text}. */
    static PublishedApi parse(String text) {
        Map<String, Contents> packages = new TreeMap<>();
        SortedSet<String> lines = new TreeSet<>();
        for (String line : text.lines().filter(one -> !one.isBlank()).toList()) {
            if (line.startsWith(HEAD)) {
                lines = new TreeSet<>();
                String[] words = line.split(" ");
                packages.put(words[1], new Contents(words[2], lines));
            } else {
                lines.add(line);
            }
        }
        return new PublishedApi(packages);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        packages.forEach((name, contents) -> {
            text.append(text.isEmpty() ? "" : "\n").append(HEAD).append(name).append(' ');
            text.append(contents.version()).append('\n');
            contents.lines().forEach(line -> text.append(line).append('\n'));
        });
        return text.toString();
    }

    /** Why a later API does not do for a plugin that was built against this one, in sentences. */
    List<String> objectionsTo(PublishedApi now) {
        List<String> objections = new ArrayList<>();
        packages.forEach((name, before) -> {
            Contents after = now.packages().get(name);
            if (after == null) {
                objections.add("the package " + name + ", which plugins use, is gone; bring it back");
                return;
            }
            if (Version.parse(after.version()).compareTo(Version.parse(before.version())) < 0) {
                objections.add(name + " " + after.version() + " is older than what was published, " + before.version());
            }
            Set<String> gone = without(before.lines(), after.lines());
            Set<String> added = without(after.lines(), before.lines());
            boolean breaks = !gone.isEmpty() || added.stream().anyMatch(before::breaks);
            if ((breaks || !added.isEmpty()) && !before.allows(breaks, after)) {
                objections.add(objection(name, before, after, gone, added, breaks));
            }
        });
        return objections;
    }

    private static String objection(
            String name, Contents before, Contents after, Set<String> gone, Set<String> added, boolean breaks) {
        StringBuilder text = new StringBuilder(name + " " + after.version() + " is not what was published as "
                + before.version() + (breaks ? ", and plugins that were built against that break" : ""));
        text.append(
                breaks
                        ? "; put back what is gone, and give new methods a body, or say @Version(\""
                        : "; say @Version(\"");
        text.append(before.next(breaks)).append("\") in its package-info.java:");
        gone.forEach(line -> text.append("\n- ").append(line));
        added.forEach(line -> text.append("\n+ ").append(line));
        return text.toString();
    }

    private static Set<String> without(Set<String> all, Set<String> some) {
        Set<String> rest = new TreeSet<>(all);
        rest.removeAll(some);
        return rest;
    }
}
