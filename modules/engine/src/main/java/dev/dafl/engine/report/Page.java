package dev.dafl.engine.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/** The page around a report: its style, its charts with the library that draws them, and its pictures, all in one file. */
final class Page {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");
    private static final String WEBJAR = "META-INF/maven/org.webjars.npm/chart.js/pom.properties";

    private final String title;
    private boolean renewed;
    private final Html body = new Html();
    private final List<Placed> charts = new ArrayList<>();

    /** A chart and the canvas it belongs on. */
    record Placed(String id, String kind, Chart chart) {}

    Page(String title) {
        this.title = title;
    }

    /** Of what goes on: a browser loads it again now and then. */
    void renewed() {
        renewed = true;
    }

    Html body() {
        return body;
    }

    void charts(List<? extends Chart> drawn) {
        if (drawn.isEmpty()) {
            return;
        }
        body.open("div", "class", "charts");
        for (Chart chart : drawn) {
            String id = "chart-" + charts.size();
            charts.add(new Placed(id, chart.getClass().getSimpleName().toLowerCase(Locale.ROOT), chart));
            body.open("figure", "class", "chart")
                    .open("figcaption")
                    .text(chart.title())
                    .element("button", "CSV", "type", "button", "class", "csv", "data-chart", id)
                    .close("figcaption")
                    .open("div", "class", "canvas", "style", "--height: " + height(chart))
                    .open("canvas", "id", id, "role", "img", "aria-label", chart.title())
                    .close("canvas")
                    .close("div")
                    .close("figure");
        }
        body.close("div");
    }

    /** A section of charts; none where there is nothing to draw. */
    void section(String title, Optional<String> note, List<? extends Chart> drawn) {
        if (drawn.isEmpty()) {
            return;
        }
        body.open("section").element("h2", title);
        note.ifPresent(sentence -> body.element("p", sentence, "class", "note"));
        charts(drawn);
        body.close("section");
    }

    void picture(byte[] png, String caption) {
        body.open("figure", "class", "picture")
                .open(
                        "img",
                        "alt",
                        caption,
                        "src",
                        "data:image/png;base64," + Base64.getEncoder().encodeToString(png))
                .element("figcaption", caption)
                .close("figure");
    }

    /** @throws IOException when the build lacks a resource */
    String html() throws IOException {
        Map<String, String> parts = Map.of(
                "title", Html.escape(title),
                "refresh", renewed ? "<meta http-equiv=\"refresh\" content=\"30\">\n" : "",
                "style", resource("report.css"),
                "body", body.toString(),
                "charts", JSON.writeValueAsString(charts).replace("<", "\\u003c"),
                "library", script(library()),
                "script", script(resource("report.js")));
        // In one go: what a user wrote may look like a placeholder.
        return PLACEHOLDER
                .matcher(resource("page.html"))
                .replaceAll(match -> Matcher.quoteReplacement(parts.get(match.group(1))));
    }

    /** As many rows as a chart of spreads has; the other charts are all alike. */
    private static String height(Chart chart) {
        return switch (chart) {
            case Chart.Curves _ -> "17rem";
            // Its legend has as many names as lines.
            case Chart.Compared compared -> 17 + compared.lines().size() + "rem";
            case Chart.Spreads spreads -> 7 + 2 * spreads.bars().size() + "rem";
        };
    }

    /** Inside a script element, nothing may look like its end; in the strings of a script the slash may be escaped. */
    private static String script(String text) {
        return text.replace("</script", "<\\/script");
    }

    /** Chart.js without the line that would make a browser's tools look for its map. */
    private static String library() throws IOException {
        Properties webjar = new Properties();
        webjar.load(new StringReader(read(WEBJAR)));
        return read("META-INF/resources/webjars/chart.js/" + webjar.getProperty("version") + "/dist/chart.umd.min.js")
                .replaceAll("(?m)^//# sourceMappingURL=.*$", "")
                .strip();
    }

    private static String resource(String name) throws IOException {
        return read(Page.class.getPackageName().replace('.', '/') + "/" + name);
    }

    private static String read(String resource) throws IOException {
        try (InputStream in = Page.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("this build is broken: it lacks " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
