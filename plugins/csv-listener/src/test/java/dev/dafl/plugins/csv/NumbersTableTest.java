package dev.dafl.plugins.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.spi.Listener;
import dev.dafl.spi.Listener.Evaluation;
import dev.dafl.spi.Listener.Numbers;
import dev.dafl.spi.Listener.Outcome;
import dev.dafl.spi.Listener.Phase;
import dev.dafl.spi.Listener.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumbersTableTest {

    @TempDir
    private Path folder;

    @Test
    void hasARowForEachNumber() throws IOException {
        try (Listener table = started(Optional.empty())) {
            teacher(table, 1);
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("loss/one-hot", 0.5);
            values.put("class-share/a \"b\", c\nd", Double.NaN);
            table.numbers(new Numbers(Phase.DISTILLATION, 10, 20, 1.5, values));
            table.evaluated(new Evaluation(Phase.DISTILLATION, 10, 2, "accuracy/student", 0.25));
            ended(table, Outcome.DONE, 20);
        }
        assertEquals(
                List.of(
                        "phase,step,seconds,name,value",
                        "teacher,1,0.5,teacher-loss/cross-entropy,1.0",
                        "distillation,10,1.5,loss/one-hot,0.5",
                        "distillation,10,1.5,\"class-share/a \"\"b\"\", c d\",NaN",
                        "distillation,10,2.0,accuracy/student,0.25",
                        "distillation,20,9.0,result/agreement,0.75"),
                rows());
        assertTrue(Files.readString(file()).endsWith("0.75\r\n"));
    }

    @Test
    void aCurveDoesNotRunBack() throws IOException {
        try (Listener table = started(Optional.empty())) {
            student(table, 4);
            student(table, 8);
            student(table, 4);
            student(table, 8);
        }
        assertEquals(
                List.of(NumbersTable.HEAD, "distillation,4,1.0,loss/a,4.0", "distillation,8,1.0,loss/a,8.0"), rows());
    }

    @Test
    void aRunThatGoesOnTakesBackWhatItTellsAgain() throws IOException {
        try (Listener table = started(Optional.empty())) {
            teacher(table, 1);
            table.evaluated(new Evaluation(Phase.TEACHER, 0, 1, "accuracy/teacher", 0.5));
            student(table, 1);
            student(table, 2);
            student(table, 3);
            ended(table, Outcome.INTERRUPTED, 3);
        }
        List<String> whole = rows();
        // The process was killed while it wrote.
        Files.writeString(file(), Files.readString(file()) + "distillation,4,1.0,lo");
        try (Listener table = started(Optional.of(new Place(Phase.DISTILLATION, 2)))) {
            assertEquals(whole.subList(0, 5), rows());
            student(table, 2);
            student(table, 3);
        }
        assertEquals(whole, rows());
    }

    @Test
    void ofATeacherThatGoesOnItsMeasurementIsTakenBackToo() throws IOException {
        try (Listener table = started(Optional.empty())) {
            teacher(table, 1);
            teacher(table, 2);
            table.evaluated(new Evaluation(Phase.TEACHER, 0, 1, "accuracy/teacher", 0.5));
            student(table, 1);
        }
        List<String> whole = rows();
        started(Optional.of(new Place(Phase.TEACHER, 1))).close();
        assertEquals(whole.subList(0, 2), rows());
        started(Optional.of(new Place(Phase.TEACHER, 0))).close();
        assertEquals(List.of(NumbersTable.HEAD), rows());
    }

    @Test
    void anotherFileIsLeftAsItIs() throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), "mine\n1\n");
        String message = assertThrows(IOException.class, () -> started(Optional.of(new Place(Phase.TEACHER, 1))))
                .getMessage();
        assertTrue(message.endsWith("it is not of this listener; move it away"), message);
        assertEquals("mine\n1\n", Files.readString(file()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../up.csv", "a/b.csv", ".hidden", "/abs.csv"})
    void itsNameHasNoFolders(String name) {
        assertThrows(IllegalArgumentException.class, () -> new Csv.Options(name));
    }

    private static void teacher(Listener table, long step) throws IOException {
        table.numbers(new Numbers(Phase.TEACHER, step, 9, 0.5, Map.of("teacher-loss/cross-entropy", 1.0 * step)));
    }

    private static void student(Listener table, long step) throws IOException {
        table.numbers(new Numbers(Phase.DISTILLATION, step, 9, 1, Map.of("loss/a", 1.0 * step)));
    }

    private static void ended(Listener table, Outcome outcome, long step) throws IOException {
        table.ended(new Listener.End(
                outcome, Optional.empty(), Phase.DISTILLATION, step, 9, Map.of("result/agreement", 0.75), ""));
    }

    private Listener started(Optional<Place> continued) throws IOException {
        Csv csv = new Csv();
        return csv.start(
                new Listener.Start("run", "", folder, folder.resolve("listeners/csv"), continued), csv.defaults());
    }

    private Path file() {
        return folder.resolve("listeners/csv/numbers.csv");
    }

    private List<String> rows() throws IOException {
        return Files.readAllLines(file());
    }
}
