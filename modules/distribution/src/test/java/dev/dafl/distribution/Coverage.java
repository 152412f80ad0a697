package dev.dafl.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jacoco.core.analysis.Analyzer;
import org.jacoco.core.analysis.CoverageBuilder;
import org.jacoco.core.analysis.IBundleCoverage;
import org.jacoco.core.tools.ExecFileLoader;

/**
 * The last line of the build: how much of all modules' code their tests together have run. JaCoCo's own sum is of the modules
 * that a module depends on directly, and so a second list of all bundles. What the launcher's processes run is not seen.
 */
final class Coverage {

    private Coverage() {}

    /** Each process that ran tests of a module wrote one. */
    private static boolean isRecord(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith("jacoco-") && name.endsWith(".exec");
    }

    /** The messages of ONNX's files are written by protobuf's compiler. */
    private static boolean isOurs(Path file, BasicFileAttributes attributes) {
        return attributes.isRegularFile()
                && file.toString().endsWith(".class")
                && !file.toString().contains("/onnx/proto/");
    }

    /** With the folder of the root project. */
    public static void main(String[] arguments) throws IOException {
        List<Path> targets;
        try (Stream<Path> files = Files.find(
                Path.of(arguments[0]),
                3,
                (file, _) -> file.getFileName().toString().equals("target"))) {
            targets = files.toList();
        }
        ExecFileLoader run = new ExecFileLoader();
        CoverageBuilder coverage = new CoverageBuilder();
        for (Path target : targets) {
            try (Stream<Path> runs = Files.list(target)) {
                for (Path file : runs.filter(Coverage::isRecord).toList()) {
                    run.load(file.toFile());
                }
            }
        }
        if (run.getExecutionDataStore().getContents().isEmpty()) {
            return;
        }
        Analyzer analyzer = new Analyzer(run.getExecutionDataStore(), coverage);
        for (Path target : targets) {
            if (Files.exists(target.resolve("classes"))) {
                try (Stream<Path> classes = Files.find(target.resolve("classes"), 64, Coverage::isOurs)) {
                    for (Path file : classes.toList()) {
                        analyzer.analyzeAll(file.toFile());
                    }
                }
            }
        }
        IBundleCoverage all = coverage.getBundle("dafl");
        System.out.printf(
                Locale.ROOT,
                "coverage: %.1f %% of %,d lines, %.1f %% of %,d instructions%n",
                100 * all.getLineCounter().getCoveredRatio(),
                all.getLineCounter().getTotalCount(),
                100 * all.getInstructionCounter().getCoveredRatio(),
                all.getInstructionCounter().getTotalCount());
    }
}
