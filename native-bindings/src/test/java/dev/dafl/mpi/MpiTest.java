package dev.dafl.mpi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dafl.libtorch.HeaderContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MpiTest {

    @ParameterizedTest
    @CsvSource({"Open MPI, 1", "Open MPI, 2", "Open MPI, 4", "MPICH, 1", "MPICH, 2", "MPICH, 4"})
    void processesAddGatherAndTell(String family, int ranks) throws Exception {
        List<String> lines = run(Map.of(), launcher(family, ranks));
        List<String> expected = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            expected.add("rank " + rank + " of " + ranks + ": true, "
                    + (0.5 * ranks + ranks * (ranks - 1) / 2) + ", "
                    + gathered(ranks) + ", from 0, " + family);
        }
        assertEquals(expected, lines.stream().sorted().toList());
    }

    /** What an MPI sets that is not there. */
    @Test
    void anMpiThatIsNotTheOneThatStartedUsIsTold() throws Exception {
        launcher("Open MPI", 1);
        List<String> lines = run(Map.of("OMPI_COMM_WORLD_SIZE", "4"), List.of());
        assertTrue(
                lines.getLast().contains("this process is one of 4, and ")
                        && lines.getLast().endsWith("name the folder of the right one in LD_LIBRARY_PATH"),
                lines.toString());
    }

    @Test
    void anMpiWhoseLibraryIsNotThereIsTold() throws Exception {
        assumeTrue(!Mpi.libraries(System.getenv()).containsValue("MPICH"), "MPICH is installed");
        assertEquals(
                "MPICH has started this process, and its library (libmpi.so.12 or libmpich.so.12) is not found; name its"
                        + " folder in LD_LIBRARY_PATH",
                run(Map.of("PMI_RANK", "0"), List.of()).getLast());
    }

    @Test
    void withoutAnMpiThereIsNone() {
        assertEquals(Optional.empty(), Mpi.launched(Map.of("PATH", "/bin")));
        assertEquals(Optional.of("Open MPI"), Mpi.launched(Map.of("OMPI_COMM_WORLD_SIZE", "2")));
        assertEquals(Optional.of("MPICH"), Mpi.launched(Map.of("PMI_RANK", "1")));
        assertTrue(assertThrows(MpiException.class, () -> Mpi.start(Map.of()))
                .getMessage()
                .startsWith("no MPI has started this process; start it with mpirun -n RANKS"));
    }

    @Test
    void bindingsHaveTheNamesAndTypesOfTheHeader() throws Exception {
        Map<String, List<String>> header = HeaderContract.inHeader("mpi_c.h");
        assertEquals(11, header.size());
        // Their addresses are looked up when a function is first called, and a declaration needs none.
        assertEquals(
                header.keySet(),
                Stream.of(mpi_c_h.class.getDeclaredClasses())
                        .map(Class::getSimpleName)
                        .collect(Collectors.toSet()));
    }

    private static String gathered(int ranks) {
        List<Integer> bytes = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            bytes.add(rank);
            bytes.add(9);
        }
        return bytes.toString();
    }

    private static List<String> launcher(String family, int ranks) {
        boolean open = family.equals("Open MPI");
        Path program = Stream.of(System.getenv("PATH").split(":"))
                .flatMap(folder -> (open ? Stream.of("mpirun.openmpi") : Stream.of("mpiexec.mpich", "mpiexec.hydra"))
                        .map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        if (program == null) {
            System.err.println("SKIPPED: " + family + " is not installed (Debian: openmpi-bin, mpich)");
        }
        assumeTrue(program != null, family + " is not installed: nothing of it is tested (Debian: openmpi-bin, mpich)");
        List<String> command = new ArrayList<>(List.of(program.toString(), "-n", String.valueOf(ranks)));
        if (open) {
            command.addAll(1, List.of("--allow-run-as-root", "--oversubscribe"));
        }
        return command;
    }

    /** @param launcher empty for one process that nothing starts */
    private static List<String> run(Map<String, String> environment, List<String> launcher)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx128m",
                "-cp",
                Path.of("target/classes") + ":" + Path.of("target/test-classes"),
                MpiProgram.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        return out.lines().toList();
    }
}
