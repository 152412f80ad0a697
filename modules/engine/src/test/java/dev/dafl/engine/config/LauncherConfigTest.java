package dev.dafl.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LauncherConfigTest {

    private static final String TEACHER = "teacher: {model: lenet5}\n";

    @Test
    void aFileSaysWhatItsJobsGet() {
        LauncherConfig.Slurm slurm = slurm("{name: slurm, partition: long, gpus: 1, cpus: 4, time: 2h, array: true}");
        assertEquals(Optional.of("long"), slurm.partition());
        assertEquals(1, slurm.gpus());
        assertEquals(Optional.of(4), slurm.cpus());
        assertEquals(Optional.of(new TimeSpan(Duration.ofHours(2))), slurm.time());
        assertEquals(Duration.ofMinutes(2), slurm.notice());
        assertEquals(Duration.ofSeconds(30), slurm("{name: slurm, time: 2m}").notice());
        assertEquals(
                Duration.ofSeconds(90),
                slurm("{name: slurm, time: 2m, save-before: 90s}").notice());
    }

    @Test
    void aBareNameIsEnough() {
        assertTrue(slurm("slurm").array());
        assertEquals(
                Optional.of(new LauncherConfig.Local()), file("launcher: local").launcher());
        assertEquals(Optional.empty(), file("").launcher());
    }

    @Test
    void whereARunIsRunIsNoPartOfTheRun() {
        ExperimentFile here = file("");
        ExperimentFile there = file("launcher: {name: slurm, cpus: 2}");
        assertEquals(here.config(), there.config());
        assertFalse(ExperimentFile.toYaml(there.config()).contains("launcher"));
        // It stays with the file, whatever is put over it.
        assertTrue(there.with("seed", "7").launcher().isPresent());
        assertTrue(there.yaml().contains("launcher"), there::yaml);
    }

    @Test
    void aMatrixIsLaunchedAsAWhole() {
        String matrix = TEACHER + "launcher: slurm\nmatrix: {seed: [1, 2]}\n";
        MatrixFile file = MatrixFile.parse("m.yaml", matrix, Map.of(), "m").orElseThrow();
        assertTrue(file.launcher().isPresent());
        assertTrue(file.yaml().contains("launcher"));
        ConfigException refused = assertThrows(
                ConfigException.class,
                () -> MatrixFile.parse(
                        "m.yaml",
                        TEACHER + "launcher: {name: slurm, cpus: 2}\nmatrix: {w: {a: {launcher.cpus: 1}, b: {}}}\n",
                        Map.of(),
                        "m"));
        assertTrue(
                String.valueOf(refused.getMessage()).startsWith("m.yaml:2: launcher is that of the whole matrix"),
                refused::getMessage);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {name: slurmm} | x.yaml:2: launcher: name is 'slurmm'; it is local or slurm
            {partition: long} | x.yaml:2: launcher: name is missing; it is local or slurm
            {name: slurm, partitoin: long} | x.yaml:2: launcher: unknown key partitoin; did you mean partition?
            {name: slurm, time: 2 hours} | x.yaml:2: launcher: a time is such as 90s, 30m, 2h or 1d, not '2 hours'
            {name: slurm, time: 30s} | x.yaml:2: launcher: time is a minute or more
            {name: slurm, time: 1m, save-before: 1m} | x.yaml:2: launcher: save-before is shorter than time
            {name: slurm, memory: 8 GB} | x.yaml:2: launcher: memory is a number with K, M, G or T
            {name: slurm, cpus: 0} | x.yaml:2: launcher: cpus must be at least 1
            {name: slurm, partition: a b} | x.yaml:2: launcher: partition is a name that Slurm knows
            {name: slurm, options: [-p long]} | x.yaml:2: launcher: options are long options of sbatch
            {name: slurm, options: [--output=x]} | x.yaml:2: launcher: options has --output
            [slurm] | x.yaml:2: launcher is local or slurm, or a table such as
            7 | x.yaml:2: launcher is local or slurm, or a table such as
            """)
    void mistakesAreToldWithFileAndLine(String launcher, String message) {
        ConfigException refused = assertThrows(ConfigException.class, () -> file("launcher: " + launcher));
        assertTrue(String.valueOf(refused.getMessage()).startsWith(message), refused::getMessage);
    }

    @Test
    void aCommandLineSaysTheSame() {
        assertEquals(
                file("launcher: {name: slurm, options: [--exclusive]}")
                        .launcher()
                        .orElseThrow(),
                LauncherConfig.parse("--launcher", "{name: slurm, options: [--exclusive]}"));
        ConfigException refused =
                assertThrows(ConfigException.class, () -> LauncherConfig.parse("--launcher", "{name: slurm, cpu: 1}"));
        assertTrue(
                String.valueOf(refused.getMessage())
                        .startsWith("--launcher: launcher: unknown key cpu; did you mean cpus?"),
                refused::getMessage);
        assertThrows(ConfigException.class, () -> LauncherConfig.parse("--launcher", ""));
    }

    private static LauncherConfig.Slurm slurm(String launcher) {
        return (LauncherConfig.Slurm) file("launcher: " + launcher).launcher().orElseThrow();
    }

    private static ExperimentFile file(String more) {
        return ExperimentFile.parse("x.yaml", TEACHER + more + "\n", Map.of(), "x");
    }
}
