package dev.dafl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.ExperimentFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What the README and docs say can be typed, and where they point leads somewhere. */
class DocsTest {

    private static final Path ROOT = Path.of("../..");
    private static final int LONGEST_README = 110;
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);
    private static final Pattern BLOCK = Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern INLINE = Pattern.compile("`(\\./dafl [^`]*)`");
    /** Stand for what a reader puts in; the commands take them for words. */
    private static final String ELLIPSIS = "...";

    static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            return Stream.concat(
                            Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "modules/benchmarks/README.md")
                                    .map(ROOT::resolve),
                            docs.filter(page -> page.toString().endsWith(".md")).sorted())
                    .toList();
        }
    }

    @Test
    void theReadmeIsShortAndHasCommands() throws IOException {
        String text = Files.readString(ROOT.resolve("README.md"));
        long lines = text.lines().count();
        assertTrue(lines <= LONGEST_README, lines + " lines");
        assertTrue(commands(text).size() >= 5, commands(text)::toString);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsSomewhere(Path page) throws IOException {
        String text = Files.readString(page);
        List<String> astray = new ArrayList<>();
        for (MatchResult link : LINK.matcher(text).results().toList()) {
            String target = link.group(1);
            if (target.startsWith("http")) {
                continue;
            }
            int hash = target.indexOf('#');
            Path file = hash == 0
                    ? page
                    : page.resolveSibling(hash < 0 ? target : target.substring(0, hash))
                            .normalize();
            if (!Files.exists(file)
                    || (hash >= 0 && !anchors(Files.readString(file)).contains(target.substring(hash + 1)))) {
                astray.add(target);
            }
        }
        assertEquals(List.of(), astray);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyCommandCanBeTyped(Path page) throws IOException {
        List<String> refused = new ArrayList<>();
        for (String command : commands(Files.readString(page))) {
            try {
                Main.commandLine().parseArgs(words(command).toArray(String[]::new));
            } catch (ParameterException e) {
                CommandLine at = e.getCommandLine();
                if (!at.isUsageHelpRequested()) {
                    refused.add(command + ": " + e.getMessage());
                }
            }
        }
        assertEquals(List.of(), refused);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyExperimentThatIsShownCanBeRead(Path page) throws IOException {
        for (MatchResult block : BLOCK.matcher(Files.readString(page)).results().toList()) {
            if (block.group(1).equals("yaml") && block.group(2).contains("teacher:")) {
                ExperimentFile.parse(page.toString(), block.group(2), Map.of(), "shown");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyConfigurationThatIsNamedIsThere(Path page) throws IOException {
        Set<String> missing = new TreeSet<>();
        for (MatchResult named : Pattern.compile("configs/[\\w/-]+\\.yaml")
                .matcher(Files.readString(page))
                .results()
                .toList()) {
            if (!Files.exists(ROOT.resolve(named.group()))) {
                missing.add(named.group());
            }
        }
        assertEquals(Set.of(), missing);
    }

    /** As GitHub makes them of headings. */
    private static Set<String> anchors(String text) {
        return HEADING.matcher(text)
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    /** Those in blocks of a shell, a line each, and those in the text. */
    private static List<String> commands(String text) {
        List<String> commands = new ArrayList<>();
        for (MatchResult block : BLOCK.matcher(text).results().toList()) {
            if (block.group(1).isEmpty()) {
                block.group(2)
                        .lines()
                        .filter(line -> line.startsWith("./dafl "))
                        .forEach(commands::add);
            }
        }
        INLINE.matcher(text).results().map(inline -> inline.group(1)).forEach(commands::add);
        return commands.stream().filter(command -> !command.contains(ELLIPSIS)).toList();
    }

    /** The arguments as a shell would give them. */
    private static List<String> words(String command) {
        String plain = command.replaceFirst("^\\./dafl ", "").replaceFirst("\\s+#.*$", "");
        List<String> words = new ArrayList<>();
        Matcher word = Pattern.compile("(?:'[^']*'|\"[^\"]*\"|[^\\s'\"])+").matcher(plain);
        while (word.find()) {
            words.add(word.group().replaceAll("['\"]", ""));
        }
        return words;
    }
}
