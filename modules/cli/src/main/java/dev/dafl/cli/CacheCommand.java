package dev.dafl.cli;

import dev.dafl.engine.cache.Cache;
import dev.dafl.engine.cache.CacheEntry;
import dev.dafl.engine.cache.CacheKind;
import dev.dafl.engine.cache.Cleaned;
import dev.dafl.engine.run.ResultJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "cache",
        description = "Shows what is kept to save time: teachers, downloaded data, images that were read, the"
                + " unpacked libtorch.",
        subcommands = CacheCommand.Clean.class)
final class CacheCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Standard output is JSON and nothing else.")
    private boolean json;

    /** A kind of things in the cache, as JSON shows it. */
    record Kept(CacheKind kind, int number, long bytes, Optional<Instant> oldest, Optional<Instant> newest) {

        static Kept of(CacheKind kind, List<CacheEntry> all) {
            List<CacheEntry> entries =
                    all.stream().filter(entry -> entry.kind() == kind).toList();
            return new Kept(
                    kind,
                    entries.size(),
                    entries.stream().mapToLong(CacheEntry::bytes).sum(),
                    entries.stream().map(CacheEntry::written).min(Instant::compareTo),
                    entries.stream().map(CacheEntry::written).max(Instant::compareTo));
        }
    }

    /** The cache as JSON shows it. */
    record Shown(String folder, List<Kept> kinds, List<CacheEntry> entries) {}

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Path folder = DaflCommand.cache();
        Instant now = Instant.now();
        List<CacheEntry> entries = new Cache(folder).entries(now);
        List<Kept> kinds = Arrays.stream(CacheKind.values())
                .map(kind -> Kept.of(kind, entries))
                .toList();
        if (json) {
            out.println(ResultJson.of(new Shown(folder.toString(), kinds, entries)));
        } else {
            out.println("the cache is " + folder);
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("kind", "number", "size", "age"));
            kinds.forEach(kind -> rows.add(List.of(
                    word(kind.kind()), Integer.toString(kind.number()), Sizes.words(kind.bytes()), age(kind, now))));
            Columns.print(out, rows);
        }
        out.flush();
        return 0;
    }

    private static String age(Kept kind, Instant now) {
        if (kind.number() == 0) {
            return "-";
        }
        String youngest = Ages.words(Duration.between(kind.newest().orElseThrow(), now));
        String oldest = Ages.words(Duration.between(kind.oldest().orElseThrow(), now));
        return youngest.equals(oldest) ? oldest : youngest + " to " + oldest;
    }

    private static String word(CacheKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** What the user names. */
    private enum What {
        TEACHERS(CacheKind.TEACHERS),
        DATA(CacheKind.DATA),
        IMAGES(CacheKind.IMAGES),
        LIBTORCH(CacheKind.LIBTORCH),
        ALL(CacheKind.values());

        private final Set<CacheKind> kinds;

        What(CacheKind... kinds) {
            this.kinds = Set.of(kinds);
        }
    }

    @Command(
            name = "clean",
            description =
                    "Deletes what ended processes have left half-written, and what is named; all of it can be made"
                            + " again.")
    static final class Clean implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @Parameters(
                paramLabel = "WHAT",
                arity = "0..1",
                description =
                        "teachers, data (downloads), images (read from your folders), libtorch (of other versions), or"
                                + " all, with this version's libtorch.")
        private Optional<What> what = Optional.empty();

        @Option(
                names = "--older-than",
                paramLabel = "AGE",
                converter = Ages.Converter.class,
                description = "Only what was written longer ago, such as 12h, 30d or 4w.")
        private Optional<Duration> olderThan = Optional.empty();

        @Option(names = "--json", description = "Standard output is JSON and nothing else.")
        private boolean json;

        @Override
        public Integer call() throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            Instant now = Instant.now();
            Cleaned cleaned = new Cache(DaflCommand.cache())
                    .clean(
                            what.map(w -> w.kinds).orElse(Set.of()),
                            what.filter(w -> w == What.ALL).isPresent(),
                            olderThan.map(now::minus).orElse(Instant.MAX),
                            now);
            if (json) {
                out.println(ResultJson.of(cleaned));
            } else {
                cleaned.removed().forEach(entry -> out.println("removed " + entry.path()));
                cleaned.kept().forEach(k -> out.println("kept " + k.entry().path() + ": " + k.why()));
                out.println(
                        cleaned.removed().isEmpty()
                                ? "nothing was to be removed"
                                : Sizes.words(cleaned.removed().stream()
                                                .mapToLong(CacheEntry::bytes)
                                                .sum())
                                        + " are free again");
            }
            out.flush();
            return 0;
        }
    }
}
