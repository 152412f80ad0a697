package dev.dafl.engine.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.run.FolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reports of folders that are written by hand; those of real runs are in the tests of runs. */
class ReportTest {

    private static final String RESULT = """
            {"name": "mnist-dafl", "status": "completed",
             "teacher": {"model": "lenet5", "accuracy": 0.9895, "parameters": 61706, "reused": true},
             "student": {"model": "lenet5-half", "accuracy": 0.961, "step": 1200, "agreement": 0.97, "last-accuracy": 0.95,
               "parameters": 15738, "steps": 1500},
             "recovered": [], "seconds": {"total": 754.2, "teacher": 1.5, "distillation": 700, "checkpoints": 1},
             "libtorch": {"version": "2.13.0", "folder": "/somewhere"},
             "dafl": {"version": "1", "commit": "c0ffee"}, "machine": {"processor": "Sparrow 9", "processors": 2, "system": "Linux amd64"},
             "device": "cpu", "precision": "bf16", "threads": 2, "config": {"seed": 7,
               "data": {"dataset": "mnist"}, "teacher": {"model": "lenet5"}}}
            """;
    /** What a result has at least. */
    private static final String FAILED = """
            {"name": "n", "status": "failed", "message": "the generator died",
             "seconds": {"total": 1, "teacher": 0, "distillation": 0, "checkpoints": 0}, "libtorch": {"version": "2", "folder": "f"},
             "dafl": {"version": "1", "commit": "c0ffee"}, "machine": {"processor": "p", "processors": 1, "system": "s"}, "device": "cpu", "precision": "fp32",
             "threads": 1, "config": {"data": {"dataset": "mnist"}, "teacher": {"model": "lenet5"}}}
            """;

    private static final String METRICS = """
            {"event":"teacher","step":10,"seconds":1,"teacher-loss/cross-entropy":2.3,"progress/epoch":1.0}
            {"event":"distillation","step":1,"seconds":2,"loss/one-hot":0.5,"total/generator":2.5,\
            "student-loss/logit-matching":1.25,"rate/student":0.002,"agreement/student":0.1,"health/class-share":0.75,\
            "health/diversity":0.9,"class-share/0":0.75,"class-share/1":0.25}
            {"event":"recovery","step":5,"seconds":3,"back-to":2,"reason":"its images are all alike","rate-factor":0.3}
            {"event":"evaluation","step":0,"seconds":3,"network":"teacher","accuracy":0.9895}
            {"event":"evaluation","step":8,"seconds":3,"network":"student","accuracy":0.9}
            {"event":"tea-time","step":8}
            {"event":"distillation","step":9,"seconds":4,"loss/one-hot":"NaN","student-loss/logit-matching":0.5,\
            "class-share/0":0.5,"class-share/1":0.5}
            {"event":"evaluation","step":4,"seconds":5,"network":"student","accuracy":0.95}
            """;

    @TempDir
    private Path folder;

    @Test
    void aRunsReportHasWhatItsFolderHas() throws IOException {
        write("result.json", RESULT);
        write("metrics.jsonl", METRICS);
        write("config.yaml", "name: mnist-dafl\n");
        write("confusion.json", "{\"classes\": [\"cat\", \"dog\"], \"counts\": [[90, 10], [3, 97]]}");
        Files.write(folder.resolve("generated.png"), new byte[] {1, 2, 3});
        String html = report();
        for (String part : List.of(
                "<h1>mnist-dafl</h1>",
                "<dd>3.92 ×</dd>",
                "61,706 to 15,738 parameters",
                "<dt>accuracy lost</dt>",
                "<dd>2.85 points</dd>",
                "98.95 % to 96.10 %",
                "<dd>12:34 min</dd>",
                "11:40 min of it distillation",
                "1, commit c0ffee",
                "15,738",
                "that of step 1,200 of 1,500",
                "On cpu, bf16, 2 threads, libtorch 2.13.0",
                "<td>Sparrow 9</td>",
                "data:image/png;base64,AQID",
                "its images are all alike",
                "x 0.300",
                "<pre class=\"yaml\">name: mnist-dafl",
                "style=\"--share: 0.900\">90</td>")) {
            assertTrue(html.contains(part), part);
        }
        assertFalse(html.contains("Beside the reference"), "none was given");
        JsonNode charts = charts(html);
        assertEquals(
                List.of(
                        "Accuracy on the test images",
                        "Agreement with the teacher",
                        "Classes in the generated batch, as the teacher sees them",
                        "Health: class-share",
                        "Health: diversity",
                        "Loss: one-hot",
                        "Weighted sum of the losses: generator",
                        "Loss of the student: logit-matching",
                        "Learning rates",
                        "Loss of the teacher: cross-entropy"),
                titles(charts));
        for (JsonNode chart : charts) {
            assertTrue(html.contains("<canvas id=\"" + chart.path("id").asString() + "\""), chart.toString());
        }
        JsonNode classes = charts.path(2).path("chart");
        assertTrue(classes.path("stacked").asBoolean());
        assertEquals("dog", classes.path("series").path(1).path("name").asString());
        assertEquals(
                "[[1.0,0.25],[9.0,0.5]]",
                classes.path("series").path(1).path("points").toString());
        assertEquals(
                "[{\"step\":5,\"happening\":\"RECOVERY\"}]",
                classes.path("marks").toString());
        assertEquals("[[1.0,0.5]]", charts.at("/5/chart/series/0/points").toString(), "what is no number is left out");
        assertEquals(
                "[[8.0,0.9]]",
                charts.at("/0/chart/series/0/points").toString(),
                "the student's accuracy while it learnt; that which is kept, of step 4, is measured once more");
        assertEquals(
                "[[0.0,0.9895],[8.0,0.9895]]",
                charts.at("/0/chart/series/1/points").toString(),
                "its teacher's");
    }

    @Test
    void nothingIsFetched() throws IOException {
        write("result.json", RESULT);
        write("metrics.jsonl", METRICS);
        Files.write(folder.resolve("filters.png"), new byte[] {1});
        String html = report();
        Matcher references = Pattern.compile("\\b(?:src|href|action|poster)\\s*=\\s*[\"']([^\"']*)")
                .matcher(html);
        List<String> found = new ArrayList<>();
        while (references.find()) {
            found.add(references.group(1));
        }
        assertEquals(List.of("data:image/png;base64,AQ=="), found);
        assertFalse(html.contains("sourceMappingURL") || html.contains("@import") || html.contains("<link"));
        assertTrue(html.contains("default-src 'none'"));
        assertTrue(html.contains("Chart.js v4"), "the library is inside");
        // Nothing ends a script before its time.
        assertEquals(3, html.split("<script[ >]", -1).length - 1);
        assertEquals(3, html.split("</script", -1).length - 1);
    }

    @Test
    void whatAUserWroteStaysText() throws IOException {
        String evil = "</script><script>alert('x')</script>{{body}}$1\\\\";
        write("result.json", RESULT.replace("mnist-dafl", evil).replace("\"lenet5\"", "\"<b>\""));
        write("metrics.jsonl", METRICS.replace("one-hot", evil).replace("its images", "<img src=x>"));
        write("config.yaml", "name: <script>1</script>\n");
        String html = report();
        assertFalse(html.contains("<script>alert") || html.contains("<img src=x") || html.contains("<script>1"));
        assertTrue(
                html.contains("<h1>&lt;/script&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;{{body}}$1\\</h1>"));
        assertTrue(html.contains("<td>&lt;b&gt;</td>"));
        assertTrue(titles(charts(html)).contains("Loss: </script><script>alert('x')</script>{{body}}$1\\"));
        assertEquals(3, html.split("<script[ >]", -1).length - 1);
    }

    @Test
    void aKilledRunHasAReportOfWhatThereIs() throws IOException {
        write("metrics.jsonl", METRICS + "{\"event\":\"distil");
        String html = report();
        assertTrue(html.contains("No result: the run was killed"));
        assertTrue(html.contains("<h1>" + folder.getFileName() + "</h1>"));
        assertTrue(titles(charts(html)).contains("Loss: one-hot"));
        assertFalse(html.contains("Confusions") || html.contains("Pictures") || html.contains("Configuration"));
    }

    /** As its process leaves it while it goes on. */
    @Test
    void aRunThatGoesOnHasAReportThatRenewsItself() throws IOException {
        write("metrics.jsonl", METRICS);
        try (FolderLock _ = FolderLock.of(folder)) {
            String html = report();
            assertTrue(html.contains(">running, at step 9</p>"), html);
            assertTrue(html.contains("<meta http-equiv=\"refresh\" content=\"30\">"));
        }
        assertFalse(report().contains("http-equiv=\"refresh\""), "it was killed");
    }

    @Test
    void aClassThatIsNeverGeneratedIsNamed() throws IOException {
        String[] shares = {
            "\"class-share/0\":0.5,\"class-share/1\":0.5,\"class-share/2\":0",
            "\"class-share/0\":1,\"class-share/1\":0,\"class-share/2\":0"
        };
        write(
                "metrics.jsonl",
                IntStream.rangeClosed(1, 8)
                                .mapToObj(i -> "{\"event\":\"distillation\",\"step\":" + i + ",\"seconds\":1,"
                                        + shares[i <= 6 ? 0 : 1] + "}\n")
                                .collect(Collectors.joining())
                        + "{\"event\":\"restart\",\"step\":5,\"seconds\":1,\"generator\":1}\n");
        write("confusion.json", "{\"classes\": [\"cat\", \"dog\", \"<eel>\"], \"counts\": [[1,0,0],[0,1,0],[0,0,1]]}");
        String html = report();
        assertTrue(html.contains("Never generated: class &lt;eel&gt;,"), html);
        assertTrue(html.contains("in the last quarter of the run: class dog."));
        assertTrue(html.contains("class=\"mark restart\""));
        assertFalse(html.contains("class=\"mark recovery\""));
        assertEquals(
                "[{\"step\":5,\"happening\":\"RESTART\"}]",
                charts(html).at("/0/chart/marks").toString());
    }

    @Test
    void imagesOverTimeAreInTheOrderOfSteps() throws IOException {
        write("metrics.jsonl", METRICS);
        for (String step : List.of("1000000", "000020", "000001")) {
            Files.write(folder.resolve("images-" + step + ".png"), new byte[] {1});
        }
        Files.write(folder.resolve("images-of-mine.png"), new byte[] {1});
        List<String> captions = Pattern.compile("<figcaption>(step [^<]*)</figcaption>")
                .matcher(report())
                .results()
                .map(found -> found.group(1))
                .toList();
        assertEquals(List.of("step 1", "step 20", "step 1,000,000"), captions);
    }

    @Test
    void whatTheStudentSavesIsInTheHeadline() throws IOException {
        write(
                "result.json",
                RESULT.replace("\"reused\": true", "\"reused\": true, \"multiply-adds\": 416520")
                        .replace("\"steps\": 1500", "\"steps\": 1500, \"multiply-adds\": 141900")
                        .replace("0.961", "0.9905")
                        .replace("\"threads\": 2", "\"threads\": 2, \"command\": \"dafl run <a>.yaml\""));
        String html = report();
        for (String part : List.of(
                "<dt>multiply-adds</dt>\n<dd>2.94 ×</dd>",
                "417 k to 142 k an image",
                "<dt>accuracy gained</dt>\n<dd>0.10 points</dd>",
                "<td>dafl run &lt;a&gt;.yaml</td>")) {
            assertTrue(html.contains(part), part + " is not in " + html.substring(html.indexOf("<main>")));
        }
    }

    @Test
    void severalRunsAreDrawnOverEachOther() throws IOException {
        List<Path> runs = List.of(folder.resolve("a"), folder.resolve("b"));
        compared("a", RESULT, 0.2, 0.3, 0.4);
        compared("b", RESULT.replace("0.961", "0.95"), 0.3, 0.5);
        Files.writeString(
                runs.get(1).resolve("metrics.jsonl"),
                "{\"event\":\"distillation\",\"step\":1,\"seconds\":1,\"loss/mine\":1}\n"
                        + "{\"event\":\"distillation\",\"step\":2,\"seconds\":2,\"loss/mine\":0.5}\n",
                StandardOpenOption.APPEND);
        Path file = folder.resolve("compare.html");
        Report.write(runs, Map.of("seed", List.of(Optional.of("1"), Optional.empty())), file);
        String html = Files.readString(file);
        assertTrue(html.contains("<h1>2 runs side by side</h1>"));
        assertTrue(html.contains("<td class=\"number\" data-head=\"accuracy lost\">2.85 points</td>"), html);
        assertTrue(html.contains("<th scope=\"row\">seed</th>\n<td>1</td>\n<td>–</td>"));
        JsonNode charts = charts(html);
        assertEquals(
                List.of("Accuracy of the students over time", "Accuracy of the students over steps", "Loss: mine"),
                titles(charts));
        assertEquals(runs.get(1).toString(), charts.at("/0/chart/lines/1/name").asString());
        assertEquals(
                "[[10.0,0.2],[20.0,0.3],[30.0,0.4]]",
                charts.at("/1/chart/lines/0/mean").toString());
        assertEquals("[[1.0,1.0],[2.0,0.5]]", charts.at("/2/chart/lines/0/mean").toString());
        assertEquals(1, charts.at("/2/chart/lines").size(), "one of them has such a loss");
    }

    /** Somebody has changed the file: what is no number is not drawn. */
    @Test
    void aLossWithoutANumberIsLeftOut() throws IOException {
        write(
                "metrics.jsonl",
                METRICS + "{\"event\":\"distillation\",\"step\":9,\"seconds\":1,\"loss/one-hot\":null}\n");
        assertTrue(titles(charts(report())).contains("Loss: one-hot"));
    }

    @Test
    void aFailedRunSaysWhy() throws IOException {
        write("result.json", FAILED);
        String html = report();
        assertTrue(html.contains("class=\"status failed\">failed</p>") && html.contains("the generator died"));
        assertEquals(0, charts(html).size());
    }

    @Test
    void longCurvesAreThinnedAndKeepTheirSpikes() throws IOException {
        write(
                "metrics.jsonl",
                IntStream.range(0, 24_000)
                        .mapToObj(i -> "{\"event\":\"distillation\",\"step\":" + i + ",\"seconds\":1,\"loss/one-hot\":"
                                + (i == 7777 ? 9 : i % 2) + "}\n")
                        .collect(Collectors.joining()));
        JsonNode points = charts(report()).at("/0/chart/series/0/points");
        assertTrue(points.size() > 300 && points.size() <= 402, "points: " + points.size());
        assertTrue(points.toString().contains("[7777.0,9.0]"));
        assertEquals(23_999, points.path(points.size() - 1).path(0).asInt());
    }

    @Test
    void ofManyClassesTheExtremesAreDrawnAndTheCommonestMistakesListed() throws IOException {
        String shares = IntStream.range(0, 100)
                .mapToObj(c -> "\"class-share/" + c + "\":" + (c == 42 ? 0.5 : c == 7 ? 0 : 0.005))
                .collect(Collectors.joining(","));
        write("metrics.jsonl", "{\"event\":\"distillation\",\"step\":1,\"seconds\":1," + shares + "}\n");
        String row = "[" + "1,".repeat(99) + "1]";
        String names = IntStream.range(0, 100).mapToObj(c -> "\"" + c + "\"").collect(Collectors.joining(","));
        write(
                "confusion.json",
                "{\"classes\": [" + names + "], \"counts\": [" + (row + ",").repeat(99)
                        + row.replaceFirst("1,1,", "1,77,") + "]}");
        String html = report();
        JsonNode series = charts(html).at("/0/chart/series");
        assertEquals(3, series.size());
        assertEquals("[[1.0,0.5]]", series.path(0).path("points").toString());
        assertEquals("[[1.0,0.0]]", series.path(2).path("points").toString());
        assertTrue(html.contains("<th scope=\"row\">99</th>\n<td>1</td>\n<td>77</td>"));
        assertEquals(20, html.split("<th scope=\"row\">", -1).length - 1);
    }

    /** The kept student is measured last, and may be of an earlier step: then it is no point of the curve. */
    @Test
    void aCurveGoesForward() throws IOException {
        write(
                "metrics.jsonl",
                IntStream.of(2, 4, 6, 4)
                        .mapToObj(
                                "{\"event\":\"evaluation\",\"network\":\"student\",\"step\":%d,\"seconds\":1,\"accuracy\":0.5}\n"
                                        ::formatted)
                        .collect(Collectors.joining()));
        assertEquals(
                "[[2.0,0.5],[4.0,0.5],[6.0,0.5]]",
                charts(report()).at("/0/chart/series/0/points").toString());
    }

    @Test
    void aMatrixHasItsTableItsSpreadAndLinks() throws IOException {
        write("matrix.json", """
                {"name": "mnist-ablation", "planned": 4,
                 "rows": [
                  {"labels": {"losses": "one-hot"}, "planned": 2, "runs": 2, "failed": [], "recovered": 3,
                   "teacher": {"mean": 0.99, "std": 0, "min": 0.99, "max": 0.99, "count": 2},
                   "student": {"mean": 0.5, "std": 0.1, "min": 0.4, "max": 0.6, "count": 2},
                   "seconds": {"mean": 90, "std": 0, "min": 80, "max": 100, "count": 2},
                   "reference": {"source": "a <paper>, table 2", "student": 0.7877, "note": "about"}},
                  {"labels": {"losses": "own"}, "planned": 2, "runs": 0, "failed": ["own_seed-1"], "recovered": 0}],
                 "runs": [
                  {"name": "one-hot_seed-1", "labels": {"losses": "one-hot", "seed": "seed-1"}, "status": "completed",
                   "teacher": 0.99, "student": 0.4, "seconds": 100, "recovered": 3, "environment":
                   {"machine": {"processor": "a processor", "processors": 2, "system": "s"}, "device": "cpu",
                    "precision": "fp32", "threads": 1, "libtorch": {"version": "2", "folder": "f"}}},
                  {"name": "one-hot_seed-2", "labels": {"losses": "one-hot", "seed": "seed-2"}, "status": "completed",
                   "teacher": 0.99, "student": 0.6, "seconds": 80, "recovered": 0},
                  {"name": "own_seed-1", "labels": {"losses": "own", "seed": "seed-1"}, "status": "failed",
                   "message": "it <broke>", "seconds": 0, "recovered": 0}]}
                """);
        Files.createDirectory(folder.resolve("one-hot_seed-1"));
        write("one-hot_seed-1/report.html", "");
        write("one-hot_seed-1/metrics.jsonl", """
                {"event": "distillation", "step": 1, "seconds": 1, "agreement/student": 0.1}
                {"event": "distillation", "step": 2, "seconds": 1, "agreement/student": 0.2}
                {"event": "evaluation", "network": "teacher", "step": 0, "seconds": 1, "accuracy": 0.99}
                {"event": "evaluation", "network": "student", "step": 2, "seconds": 1, "accuracy": 0.4}
                """);
        Files.write(folder.resolve("one-hot_seed-1/generated.png"), new byte[] {1, 2, 3});
        write("matrix.yaml", "seed: 1 # <2");
        String html = report();
        assertTrue(html.contains("<pre class=\"yaml\">seed: 1 # &lt;2</pre>"));
        assertTrue(html.contains("src=\"data:image/png;base64,AQID\"")
                && html.contains("<figcaption>one-hot</figcaption>"));
        assertTrue(html.contains("<th scope=\"row\">a processor</th>\n<td>2</td>"));
        assertEquals(
                "[{\"name\":\"one-hot\",\"mean\":[[1.0,0.1],[2.0,0.2]],\"runs\":[]}]",
                charts(html).at("/1/chart/lines").toString());
        assertEquals(2, charts(html).size(), "one point is no curve");
        for (String part : List.of(
                "50.00 ± 10.00 %",
                "78.77 % (about)",
                "Reference: a &lt;paper&gt;, table 2.",
                "0 of 2, 1 failed",
                "it &lt;broke&gt;",
                "<a href=\"./one-hot_seed-1/report.html\">one-hot_seed-1</a>",
                "2 of 4 runs, 1 failed",
                "The same command goes on")) {
            assertTrue(html.contains(part), part);
        }
        assertFalse(html.contains("./one-hot_seed-2"), "a report that is not there");
        JsonNode bars = charts(html).at("/0/chart/bars");
        assertEquals(1, bars.size());
        assertEquals("[0.4,0.6]", bars.path(0).path("values").toString());
        assertEquals(0.7877, bars.path(0).path("reference").asDouble());
    }

    @Test
    void aMatrixSetsItsRowsSideBySide() throws IOException {
        write("matrix.json", """
                {"name": "methods", "planned": 3,
                 "rows": [
                  {"labels": {"method": "fast"}, "planned": 2, "runs": 2, "failed": [], "recovered": 0},
                  {"labels": {"method": "nayer"}, "planned": 1, "runs": 1, "failed": [], "recovered": 0}],
                 "runs": [
                  {"name": "f1", "labels": {"method": "fast", "seed": "seed-1"}, "status": "completed", "student": 0.4,
                   "seconds": 100, "recovered": 0},
                  {"name": "f2", "labels": {"method": "fast", "seed": "seed-2"}, "status": "completed", "student": 0.6,
                   "seconds": 80, "recovered": 0},
                  {"name": "n1", "labels": {"method": "nayer", "seed": "seed-1"}, "status": "completed", "student": 0.7,
                   "seconds": 80, "recovered": 0}]}
                """);
        String made = RESULT.replace("\"steps\": 1500", "\"steps\": 1500, \"images-made\": 123456")
                .replace("\"libtorch\"", "\"peak-memory-bytes\": 2147483648, \"libtorch\"");
        compared("f1", made, 0.2, 0.3, 0.4, 0.6);
        compared("f2", made, 0.4, 0.5, 0.6, 0.6);
        // Of a version that counted neither.
        compared("n1", RESULT, 0.3, 0.5, 0.6, 0.7);
        String html = report();
        assertTrue(
                html.contains("<h2>Comparison</h2>")
                        && html.contains(
                                "<th scope=\"col\" class=\"label\">method</th>\n<th scope=\"col\" class=\"number\">kept"),
                html);
        int fast = html.indexOf("<th scope=\"row\">fast</th>", html.indexOf("<h2>Comparison"));
        int nayer = html.indexOf("<th scope=\"row\">nayer</th>", fast);
        assertEquals(
                List.of(
                        "50.00 ± 14.14 %",
                        "40.00 %",
                        "95.00 ± 0.00 %",
                        "95.00 %",
                        "55.00 %",
                        "7.07 %",
                        "123,456",
                        "11:40 min",
                        "2,048 MB"),
                numbers(html.substring(fast, nayer)));
        assertEquals(
                List.of("70.00 %", "70.00 %", "95.00 %", "95.00 %", "65.00 %", "7.07 %", "–", "11:40 min", "–"),
                numbers(html.substring(nayer, html.indexOf("</table>", nayer))));
        JsonNode charts = charts(html);
        assertEquals(
                List.of("Accuracy of the students over time", "Accuracy of the students over steps"), titles(charts));
        assertEquals("compared", charts.at("/0/kind").asString());
        assertEquals("MINUTES", charts.at("/0/chart/across").asString());
        assertEquals(
                "[[1.0,0.3],[2.0,0.4],[3.0,0.5],[4.0,0.6]]",
                charts.at("/0/chart/lines/0/mean").toString());
        assertEquals(
                "[[10.0,0.3],[20.0,0.4],[30.0,0.5],[40.0,0.6]]",
                charts.at("/1/chart/lines/0/mean").toString());
        assertEquals(2, charts.at("/1/chart/lines/0/runs").size());
        assertEquals("nayer", charts.at("/1/chart/lines/1/name").asString());
        assertEquals(0, charts.at("/1/chart/lines/1/runs").size(), "its mean is its only run");
        int pictures = html.indexOf("<h2>Pictures</h2>");
        assertTrue(html.indexOf("<figcaption>fast</figcaption>", pictures) > 0);
        assertTrue(html.indexOf("<figcaption>nayer</figcaption>", pictures) > 0);
    }

    /** @param accuracies after steps 10, 20 and so on, a minute each */
    private void compared(String run, String result, double... accuracies) throws IOException {
        Files.createDirectory(folder.resolve(run));
        write(run + "/result.json", result);
        write(
                run + "/metrics.jsonl",
                "{\"event\":\"evaluation\",\"step\":0,\"seconds\":30,\"network\":\"teacher\",\"accuracy\":0.9}\n"
                        + IntStream.range(0, accuracies.length)
                                .mapToObj(i ->
                                        "{\"event\":\"evaluation\",\"step\":%d,\"seconds\":%d,\"network\":\"student\",\"accuracy\":%s}\n"
                                                .formatted(10 * (i + 1), 30 + 60 * (i + 1), accuracies[i]))
                                .collect(Collectors.joining()));
        Files.write(folder.resolve(run + "/generated.png"), new byte[] {1, 2, 3});
    }

    private static List<String> numbers(String row) {
        return Pattern.compile("<td class=\"number\"[^>]*>([^<]*)</td>")
                .matcher(row)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /** What stands in which file, the problem and whether it is the user's. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            config.yaml   | name: x            | true  | is no run folder: it has none of result.json, metrics.jsonl
            result.json   | {"name":           | false | result.json is damaged or not of this version of dafl:
            result.json   | [1]                | false | it holds no JSON object; delete its folder and run it again
            result.json   | {"name": "x"}      | false | status is missing
            result.json   | {"status": "done"} | false | at /status: status is 'done'; it is one of completed
            result.json   | {"nam": "x"}       | false | unknown key nam; did you mean name?
            result.json   | {"config": {"data": {"dataset": 3}, "teacher": {"model": "x"}}} | false | at /config/data/dataset: a plugin is its name
            metrics.jsonl | {} ~{"step": ~{}~  | false | metrics.jsonl:2 is damaged
            metrics.jsonl | {"event":"selection","step":"x"}~ | false | metrics.jsonl:1 is damaged or not of this version
            metrics.jsonl | {"event":"teacher","step":1,"seconds":1,"a":"b"}~ | false | metrics.jsonl:1 is damaged
            matrix.json   | ''                 | false | matrix.json is damaged
            matrix.json   | {"planned": "x"}   | false | at /planned: planned: expected a whole number
            confusion.json | {"classes": ["a"], "counts": [[1, 2]]} | false | a row and a column for each of the 1 classes
            """)
    void aFolderThatCannotBeReadIsTold(String file, String content, boolean users, String problem) throws IOException {
        write(file, content.replace("~", "\n"));
        Class<? extends Exception> type = users ? ConfigException.class : IOException.class;
        Exception e = assertThrows(type, () -> Report.write(folder));
        assertTrue(e.getMessage().contains(problem), e.getMessage());
        assertFalse(Files.exists(folder.resolve("report.html")));
    }

    /** Of another version, which may tell more. */
    @Test
    void eventsThatNobodyKnowsAreLeftOut() throws IOException {
        write(
                "metrics.jsonl",
                "{\"event\": \"tea-time\", \"cups\": {}}\n{\"event\":\"distillation\",\"step\":1,"
                        + "\"seconds\":1,\"loudness/hum\":3,\"noise\":1}\n");
        assertEquals(0, charts(report()).size());
    }

    @Test
    void aFolderThatIsNotThereIsTold() {
        assertTrue(assertThrows(ConfigException.class, () -> Report.write(folder.resolve("no")))
                .getMessage()
                .startsWith("no such folder: "));
    }

    @Test
    void aRunStandsBesideItsReference() throws IOException {
        write(
                "result.json",
                RESULT.replace(
                        "\"config\": {",
                        "\"config\": {\"reference\": {\"source\": \"them, table 1\", \"teacher\": 0.9891,"
                                + " \"student\": 0.982, \"note\": \"DAFL\"},"));
        String html = report();
        for (String part : List.of(
                "<td>98.91 %</td>", "<td>98.20 % (DAFL)</td>", "Reference: them, table 1.", "<td>96.10 %</td>")) {
            assertTrue(html.contains(part), part);
        }
    }

    private String report() throws IOException {
        Path file = Report.write(folder);
        assertEquals(folder.resolve("report.html"), file);
        return Files.readString(file);
    }

    private static JsonNode charts(String html) {
        String start = "id=\"charts\">";
        int from = html.indexOf(start) + start.length();
        return new JsonMapper().readTree(html.substring(from, html.indexOf("</script>", from)));
    }

    private static List<String> titles(JsonNode charts) {
        return charts.values().stream()
                .map(chart -> chart.at("/chart/title").asString())
                .toList();
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
    }
}
