package dev.dafl.engine.runs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dafl.engine.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsCsvTest {

    @TempDir
    private Path root;

    @Test
    void aStepIsARowAndAMetricAColumn() throws IOException {
        Path run = run("run", """
                {"event":"teacher","step":2,"seconds":0.25,"teacher-loss/cross-entropy":1.5,"rate/teacher":0.001}
                {"event":"evaluation","step":0,"seconds":0.5,"network":"teacher","accuracy":0.98}
                {"event":"distillation","step":1,"seconds":1.0,"loss/one-hot":"NaN","class-share/a \\"b\\", c":0.5}
                {"event":"evaluation","step":1,"seconds":1.5,"network":"student","accuracy":0.9}
                {"event":"recovery","step":2,"seconds":1.75,"back-to":1,"reason":"x","rate-factor":0.5}
                {"event":"selection","step":2,"seconds":2.0,"agreement":0.75}
                {"event":"distillation","step":3,""");
        assertEquals("""
                phase,step,seconds,teacher-loss/cross-entropy,rate/teacher,accuracy/teacher,loss/one-hot,"class-share/a ""b"", c",accuracy/student,selection/agreement
                teacher,2,0.25,1.5,0.001,,,,,
                teacher,0,0.5,,,0.98,,,,
                distillation,1,1.0,,,,NaN,0.5,0.9,
                distillation,2,2.0,,,,,,,0.75
                """.replace("\n", "\r\n"), MetricsCsv.of(run));
    }

    @Test
    void runsStandOneAfterTheOtherUnderTheSameColumns() throws IOException {
        Path one = run("one", "{\"event\":\"distillation\",\"step\":1,\"seconds\":1.0,\"loss/a\":1}\n");
        Path two = run("two", "{\"event\":\"distillation\",\"step\":1,\"seconds\":2.0,\"loss/b\":2}\n");
        assertEquals(
                "run,phase,step,seconds,loss/a,loss/b\r\n" + one + ",distillation,1,1.0,1.0,\r\n" + two
                        + ",distillation,1,2.0,,2.0\r\n",
                MetricsCsv.of(List.of(one, two)));
        assertThrows(ConfigException.class, () -> MetricsCsv.of(List.of(one, root)));
    }

    private Path run(String name, String metrics) throws IOException {
        Path run = Files.createDirectory(root.resolve(name));
        Files.writeString(run.resolve("metrics.jsonl"), metrics);
        return run;
    }
}
