package dev.dafl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.ConfigException;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

class FailuresTest {

    @Test
    void whatCannotBePrintedIsAFailure() throws IOException {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        PrintStream err = new PrintStream(told, true, StandardCharsets.UTF_8);
        try (PrintStream full = new PrintStream(new FileOutputStream("/dev/full"), false, StandardCharsets.UTF_8)) {
            full.print("{}");
            assertEquals(1, Failures.ofOutput(full, err, 0));
            assertEquals(2, Failures.ofOutput(full, err, 2));
        }
        assertEquals(
                "dafl: standard output could not be written whole: it is closed, or its disk is full",
                told.toString(StandardCharsets.UTF_8).lines().findFirst().orElseThrow());
        assertEquals(0, Failures.ofOutput(new PrintStream(told, true, StandardCharsets.UTF_8), err, 0));
    }

    @Test
    void aMessageIsOneLineWhateverIsInIt() {
        StringWriter told = new StringWriter();
        CommandLine line = Main.commandLine().setErr(new PrintWriter(told, true));
        assertEquals(1, Failures.report(new IOException("no file a\nb\u001b[31m"), line, false));
        assertEquals(2, Failures.report(new ConfigException("no model a\nb"), line, false));
        assertEquals("dafl: no file a\\nb\\u001b[31m%ndafl: no model a\\nb%n".formatted(), told.toString());
    }

    @Test
    void whatCannotBeAFilesNameIsToldInOneSentence() throws Exception {
        assertEquals(Path.of("a/b.yaml"), new PathConverter().convert("a/b.yaml"));
        String message = assertThrows(TypeConversionException.class, () -> new PathConverter().convert("a\0b"))
                .getMessage();
        assertTrue(message.contains("cannot be a file's name here: Nul character not allowed"), message);
    }
}
