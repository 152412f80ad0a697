package dev.dafl.cli.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Out of what Maven 3.8 and Surefire 3.6 print with -q. */
class BuildLogTest {

    private static final Path FOLDER = Path.of("/home/me/my-loss");

    @Test
    void aMistakeInTheSourcesIsToldWithItsPlaceOnce() {
        BuildLog log = BuildLog.of("""
                WARNING: A terminally deprecated method in sun.misc.Unsafe has been called
                [ERROR] COMPILATION ERROR :\s
                [ERROR] /home/me/my-loss/src/main/java/com/example/MyLoss.java:[34,20] cannot find symbol
                  symbol:   class Option
                  location: class com.example.MyLoss
                [ERROR] Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.15.0:compile (default-compile) on project my-loss: Compilation failure
                [ERROR] /home/me/my-loss/src/main/java/com/example/MyLoss.java:[34,20] cannot find symbol
                [ERROR]   symbol:   class Option
                [ERROR]   location: class com.example.MyLoss
                [ERROR] -> [Help 1]
                [ERROR]\s
                [ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.
                """, FOLDER);
        assertEquals("the compiler", log.what());
        assertEquals(
                List.of(
                        "src/main/java/com/example/MyLoss.java:34: cannot find symbol",
                        "  symbol:   class Option",
                        "  location: class com.example.MyLoss"),
                log.problems());
    }

    @Test
    void ofTestsTheSummaryIsTold() {
        BuildLog log = BuildLog.of("""
                [ERROR] Tests run: 2, Failures: 1, Errors: 1, Skipped: 0, Time elapsed: 4.6 s <<< FAILURE! -- in com.example.MyLossTest
                [ERROR] com.example.MyLossTest.itIsSmall -- Time elapsed: 4.222 s <<< FAILURE!
                org.opentest4j.AssertionFailedError: expected: <4.0> but was: <9.0>
                	at com.example.MyLossTest.itIsSmall(MyLossTest.java:28)
                [ERROR] Failures:\s
                [ERROR]   MyLossTest.itIsSmall:28 expected: <4.0> but was: <9.0>
                [ERROR] Errors:\s
                [ERROR]   MyLossTest.itIsThere:31 » NullPointer
                [ERROR] Tests run: 2, Failures: 1, Errors: 1, Skipped: 0
                [ERROR] Failed to execute goal org.apache.maven.plugins:maven-surefire-plugin:3.6.1:test (default-test) on project my-loss: There are test failures.
                [ERROR]\s
                [ERROR] See /home/me/my-loss/target/surefire-reports for the individual test results.
                [ERROR] -> [Help 1]
                """, FOLDER);
        assertEquals("the tests", log.what());
        assertEquals(
                List.of(
                        "  MyLossTest.itIsSmall:28 expected: <4.0> but was: <9.0>",
                        "  MyLossTest.itIsThere:31 » NullPointer"),
                log.problems());
    }

    @Test
    void anythingElseIsToldAsMavenTellsIt() {
        BuildLog log = BuildLog.of("""
                [ERROR] Failed to execute goal on project my-loss: Could not resolve dependencies: Could not find artifact dev.dafl:dafl-spi:jar:0.1.0 in central -> [Help 1]
                [ERROR]\s
                [ERROR] Re-run Maven using the -X switch to enable full debug logging.
                """, FOLDER);
        assertEquals("Maven", log.what());
        assertEquals(
                List.of("Failed to execute goal on project my-loss: Could not resolve dependencies:"
                        + " Could not find artifact dev.dafl:dafl-spi:jar:0.1.0 in central"),
                log.problems());
    }

    @Test
    void whatIsNoMavensIsToldFromItsEnd() {
        BuildLog log = BuildLog.of(
                "1\n2\n3\n4\n5\n\nwget: failed to fetch https://repo.maven.apache.org/maven2/x.zip\n", FOLDER);
        assertEquals("Maven", log.what());
        assertEquals(
                List.of("2", "3", "4", "5", "wget: failed to fetch https://repo.maven.apache.org/maven2/x.zip"),
                log.problems());
    }
}
