package dev.dafl.distribution;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.FrameLocator;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.SelectOption;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a person does with the server's page, in a Chromium. Whatever is done, the page asks nothing of anybody but the server, breaks
 * its own Content-Security-Policy nowhere and throws nothing: {@link #close} fails otherwise.
 */
final class WebPage implements AutoCloseable {

    private static final List<Path> BROWSERS = Stream.of(
                    "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
            .map(Path::of)
            .toList();
    private static final int PHONE = 390;
    private static final Pattern JOB = Pattern.compile("#/jobs/(\\d+)$");

    /** What a reader hears of a control: one without any of these is a riddle. */
    private static final String NAMELESS = """
            () => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, iframe, img, progress, svg[role=img]')]
                .filter(e => e.checkVisibility() && !e.textContent.trim() && !e.labels?.length && !e.ariaLabel && !e.title && !e.alt)
                .map(e => e.outerHTML.slice(0, 200))
            """;

    /** Texts with less contrast than WCAG 2.2 asks for at AA: 4.5, or 3 where they are large. */
    private static final String FAINT = """
            () => {
              const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
              const rgba = colour => {
                canvas.clearRect(0, 0, 1, 1);
                canvas.fillStyle = colour;
                canvas.fillRect(0, 0, 1, 1);
                return [...canvas.getImageData(0, 0, 1, 1).data];
              };
              const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
                .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
                .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
              const behind = e => {
                for (let at = e; at; at = at.parentElement) {
                  const colour = rgba(getComputedStyle(at).backgroundColor);
                  if (colour[3] === 255) {
                    return colour;
                  }
                }
                return rgba('Canvas');
              };
              const found = [];
              const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              while (walker.nextNode()) {
                const e = walker.currentNode.parentElement;
                if (!walker.currentNode.data.trim() || !e.checkVisibility() || e.closest('script, option, .unseen, :disabled')) {
                  continue;
                }
                const style = getComputedStyle(e);
                const [a, b] = [light(rgba(e.closest('svg') ? style.fill : style.color)), light(behind(e))].sort((x, y) => y - x);
                const size = parseFloat(style.fontSize);
                const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
                if ((a + 0.05) / (b + 0.05) < (large ? 3 : 4.5)) {
                  found.push(`${walker.currentNode.data.trim().slice(0, 60)}: ${((a + 0.05) / (b + 0.05)).toFixed(2)}`);
                }
              }
              return [...new Set(found)];
            }
            """;

    private static final String COMPLETE = """
            async ([text, token]) => {
              const {complete} = await import('./completion.js');
              const schema = await (await fetch('api/v1/schema', {headers: {Authorization: `Bearer ${token}`}})).json();
              return complete(schema, text.replace('|', ''), text.indexOf('|')).options.map(option => option.text);
            }
            """;

    /** Whether the page's digest of so many bytes is the browser's. */
    private static final String DIGEST = """
            async size => {
              const {sha256} = await import('./sha256.js');
              const data = new Uint8Array(size).map((_, i) => i * 31);
              const hash = [...new Uint8Array(await crypto.subtle.digest('SHA-256', data))];
              return await sha256(new Blob([data])) === hash.map(v => v.toString(16).padStart(2, '0')).join('');
            }
            """;

    private static final Map<String, List<String>> COMPLETIONS = Map.ofEntries(
            Map.entry("|", List.of("name", "teacher", "student", "generator")),
            Map.entry("name: x\nteacher:\n  |", List.of("model", "epochs", "optimizer")),
            Map.entry("teacher:\n  model: le|", List.of("lenet5", "lenet5-half")),
            Map.entry("teacher:\n  model: {name: dcg|}", List.of()),
            Map.entry("teacher:\n  optimizer: {name: adam, schedule: |}\nstudent:\n", List.of("constant", "cosine")),
            Map.entry("generator:\n  model: {name: dcgan, |}", List.of("latent", "width")),
            Map.entry("generator:\n  losses:\n    - name: |", List.of("one-hot", "activation")),
            Map.entry("generator:\n  losses:\n  - name: one-hot\n    |", List.of("weight")),
            Map.entry("generator:\n  losses: [|]", List.of("one-hot")),
            Map.entry("distillation:\n  schedule: {kind: |}", List.of("joint", "two-stage", "alternating")),
            Map.entry(
                    "distillation:\n  schedule:\n    kind: alternating\n    |\n    rounds: 3\n",
                    List.of("round-student-steps")),
            Map.entry("data: {dataset: stroke|, image-size: 32}", List.of("stroke-digits")),
            Map.entry("name: |", List.of()));

    private final URI server;
    private final String token;
    private final Playwright playwright;
    private final Browser browser;
    private final List<String> wrong = new CopyOnWriteArrayList<>();

    private WebPage(URI server, String token, Playwright playwright, Browser browser) {
        this.server = server;
        this.token = token;
        this.playwright = playwright;
        this.browser = browser;
    }

    /** The Chromium that is installed, if one is. */
    static Optional<Path> chromium() {
        return BROWSERS.stream().filter(Files::isExecutable).findFirst();
    }

    /**
     * @param server such as {@code http://127.0.0.1:8642/}
     * @param token of scope admin
     */
    static WebPage of(URI server, String token, Path chromium) {
        // What hangs is ended all the same; a busy machine is not.
        PlaywrightAssertions.setDefaultAssertionTimeout(120_000);
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        try {
            // Inside of a container there is no sandbox to be had, and the page is our own.
            Browser browser = playwright
                    .chromium()
                    .launch(new BrowserType.LaunchOptions()
                            .setExecutablePath(chromium)
                            .setArgs(List.of("--no-sandbox")));
            return new WebPage(server, token, playwright, browser);
        } catch (RuntimeException e) {
            playwright.close();
            throw e;
        }
    }

    /** The token is asked for, a wrong one is refused and asked for again, and it is kept where it should be and nowhere else. */
    void asksForTheToken() {
        try (BrowserContext context = context(1280, ColorScheme.LIGHT)) {
            Page page = watched(context);
            page.navigate(server.toString());
            Locator box = page.locator("#token");
            box.fill("nobody-has-this-one");
            page.keyboard().press("Enter");
            assertThat(page.getByText("The server does not take this token.")).isVisible();
            box = page.locator("#token");
            box.fill(token);
            page.keyboard().press("Enter");
            assertThat(heading(page, "Jobs")).isVisible();
            assertEquals(token, page.evaluate("sessionStorage.getItem('dafl-token')"));
            assertEquals(0, ((Number) page.evaluate("localStorage.length + document.cookie.length")).intValue());
            page.reload();
            assertThat(heading(page, "Jobs")).isVisible();
            page.getByRole(AriaRole.BUTTON, named("Forget token")).click();
            assertThat(page.locator("#token")).isVisible();
            assertEquals(0, ((Number) page.evaluate("sessionStorage.length")).intValue());
        }
    }

    /**
     * Writes an experiment with the keyboard alone: completes a key and a value, sees a mistake at its line, and puts it right.
     *
     * @param rest of the experiment, after its name and student; YAML without mistakes
     * @return the id of the job
     */
    long submits(String name, String rest) {
        try (BrowserContext context = context(1280, ColorScheme.LIGHT)) {
            Page page = open(context, "#/submit");
            Locator editor = page.locator("#config");
            assertThat(editor).isVisible();
            editor.fill("");
            editor.press("Control+Space");
            assertThat(page.locator("#completions")).isVisible();
            page.keyboard().press("Escape");
            assertThat(page.locator("#completions")).isHidden();
            editor.pressSequentially("nam");
            assertThat(page.locator("[role=option][aria-selected=true] .text")).hasText("name");
            page.keyboard().press("Tab");
            page.keyboard().type(name);
            page.keyboard().press("Enter");
            page.keyboard().type("student: {model: lenet5-h");
            assertThat(page.locator("[role=option][aria-selected=true] .text")).hasText("lenet5-half");
            page.keyboard().press("Enter");
            page.keyboard().type("}");
            page.keyboard().press("Escape");
            assertEquals("name: " + name + "\nstudent: {model: lenet5-half}", editor.inputValue());

            editor.fill("name: " + name + "\nstudent: {model: lenet5-half}\nteecher: lenet5\n" + rest);
            assertThat(page.locator(".numbers .wrong").first()).containsText("3");
            assertThat(page.locator(".verdict")).containsText("line 3");
            assertThat(page.locator(".message").first()).isVisible();

            editor.fill("name: " + name + "\nstudent: {model: lenet5-half}\n" + rest);
            assertThat(page.locator(".verdict")).containsText("This can be queued: " + name);
            assertThat(page.locator(".numbers .wrong")).hasCount(0);
            page.getByRole(AriaRole.BUTTON, named("Add a value")).click();
            page.getByLabel("Key").fill("seed");
            page.getByLabel("Value", new Page.GetByLabelOptions().setExact(true))
                    .fill("4");
            page.getByRole(AriaRole.BUTTON, exactly("Submit")).click();
            assertThat(heading(page, name)).isVisible();
            return jobOf(page);
        }
    }

    /** What its modules answer when they are asked by themselves, with the server's schema: '|' is where the cursor stands. */
    void completes() {
        try (BrowserContext context = context(1280, ColorScheme.LIGHT)) {
            Page page = open(context, "#/submit");
            assertThat(page.locator("#config")).isVisible();
            COMPLETIONS.forEach((text, expected) -> {
                List<?> options = (List<?>) page.evaluate(COMPLETE, List.of(text, token));
                if (expected.isEmpty()) {
                    assertEquals(List.of(), options, text);
                } else {
                    assertTrue(options.containsAll(expected), text + ": " + options);
                }
            });
            assertEquals(
                    Map.of("a.b", "1", "a.c.one-hot.name", "one-hot", "a.c.one-hot.weight", "2"), page.evaluate("""
                    async () => Object.fromEntries((await import('./yaml.js'))
                        .flatten('# x\\na:\\n  b: 1 # y\\n  c: [{name: one-hot, weight: 2}]\\n'))
                    """));
            assertEquals(List.of("same a", "gone b", "new x", "same c", "new d"), page.evaluate("""
                    async () => (await import('./diff.js')).diff('a\\nb\\nc', 'a\\nx\\nc\\nd').map(line => `${line.kind} ${line.text}`)
                    """));
            assertEquals(
                    List.of("0.3 teacher, step 3 of 10", "0.1 distillation, step 1 of 10", "0.4 0 of 2 runs done"),
                    page.evaluate("""
                    async () => {
                      const {progress} = await import('./runs.js');
                      const run = (phase, step) => ({state: 'running', phase, step, steps: 10});
                      return [
                        {kind: 'experiment', runs: [run('teacher', 3)]},
                        {kind: 'experiment', runs: [run('distillation', 1)]},
                        {kind: 'matrix', runs: [run('teacher', 4), run('distillation', 2)]},
                      ].map(progress).map(({done, words}) => `${done} ${words}`);
                    }
                    """));
            for (int size : List.of(0, 55, 56, 64, 1 << 20, (1 << 20) + 5)) {
                assertEquals(true, page.evaluate(DIGEST, size), size + " bytes");
            }
        }
    }

    /** A file is uploaded under its digest; the second time it is there already. */
    void uploads(byte[] content) {
        try (BrowserContext context = context(1280, ColorScheme.LIGHT)) {
            Page page = open(context, "#/submit");
            page.locator("#file").setInputFiles(new FilePayload("teacher.onnx", "application/octet-stream", content));
            assertThat(page.locator(".uploads")).containsText("uploaded");
            page.locator("#file").setInputFiles(new FilePayload("again.onnx", "application/octet-stream", content));
            assertThat(page.locator(".uploads")).containsText("is there already");
        }
    }

    /**
     * Watches a job that runs until it is done, without loading the page again: its curves grow, pictures come, and its state is
     * told.
     */
    void follows(long job, Duration patience) {
        try (BrowserContext context = context(1280, ColorScheme.LIGHT)) {
            Page page = open(context, "#/jobs/" + job);
            page.evaluate("window.stillTheSame = true");
            Locator line = page.locator("svg path.line").first();
            line.waitFor(new Locator.WaitForOptions()
                    .setState(WaitForSelectorState.ATTACHED)
                    .setTimeout(patience.toMillis()));
            assertThat(page.locator(".standing .state"))
                    .containsText(
                            "succeeded", new LocatorAssertions.ContainsTextOptions().setTimeout(patience.toMillis()));
            assertEquals(true, page.evaluate("window.stillTheSame"));
            assertThat(page.locator("#announce")).containsText("succeeded");
            assertThat(page.locator(".events")).containsText("The run is over: completed.");
            assertThat(page.getByAltText("Images that the generator makes")).isVisible();
            page.waitForFunction(
                    "[...document.querySelectorAll('.picture img')].filter(i => i.naturalWidth > 0).length === 2");
            assertTrue(page.locator("svg path.line[d^=M]").count() >= 3, "too few curves");
            shot(page, "job");
        }
    }

    /** The job's page by keyboard: values along a curve, its table, the log, the configuration, a download and the report. */
    void explores(long job, String name) {
        try (BrowserContext context = context(1280, ColorScheme.LIGHT)) {
            Page page = open(context, "#/jobs/" + job);
            Locator drawing = page.locator(".drawing svg").first();
            page.locator("svg path.line[d^=M]").first().waitFor();
            drawing.focus();
            page.keyboard().press("Home");
            assertThat(page.locator(".readout").first()).containsText("step 1");
            Locator table = page.locator(".chart details.values").first();
            table.locator("summary").press("Enter");
            assertTrue(
                    table.locator("tbody tr").first().innerText().startsWith("1"),
                    "the table begins with the first step");
            page.locator("summary", new Page.LocatorOptions().setHasText("Log")).click();
            page.locator("summary", new Page.LocatorOptions().setHasText("Configuration"))
                    .click();
            assertThat(page.locator("pre[aria-label=Configuration]")).containsText("lenet5-half");
            Download file = page.waitForDownload(() -> page.getByRole(
                            AriaRole.BUTTON,
                            new Page.GetByRoleOptions().setName(Pattern.compile("Download .*result\\.json")))
                    .click());
            assertEquals("result.json", file.suggestedFilename());
            Page report = context.waitForPage(
                    () -> page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(Pattern.compile("^report")))
                            .click());
            watch(report);
            FrameLocator frame = report.frameLocator("iframe");
            assertThat(frame.getByRole(AriaRole.HEADING, new FrameLocator.GetByRoleOptions().setName(name)))
                    .isVisible();
            assertTrue(frame.locator("canvas").count() > 0, "the report draws nothing");
            assertEquals(
                    "SecurityError",
                    report.frames()
                            .getLast()
                            .evaluate("() => { try { return sessionStorage.length; } catch (e) { return e.name; } }"),
                    "a report must not see the token");
        }
    }

    /** Two jobs side by side: what differs in their texts, and their curves in one drawing. */
    void compares(long first, long second) {
        try (BrowserContext context = context(1280, ColorScheme.LIGHT)) {
            Page page = open(context, "#/jobs");
            page.getByLabel(Pattern.compile("^Compare job " + first + ",")).check();
            page.getByLabel(Pattern.compile("^Compare job " + second + ",")).check();
            page.getByRole(AriaRole.LINK, named("Compare 2 jobs")).click();
            assertThat(heading(page, "Compare")).isFocused();
            assertThat(heading(page, "Values that differ")).isVisible();
            assertThat(page.locator("section", new Page.LocatorOptions().setHasText("Values that differ"))
                            .locator("tbody th")
                            .first())
                    .isVisible();
            assertThat(page.locator(".diff .gone, .diff .new").first()).isVisible();
            page.waitForFunction(
                    "[...document.querySelectorAll('.drawing svg')].some(s => s.querySelectorAll('path.line[d^=M]').length >= 2)");
            shot(page, "compare");
        }
    }

    /** A table of a matrix, and the curves of each of its runs. */
    void showsTheMatrix(long job, int runs) {
        try (BrowserContext context = context(1280, ColorScheme.LIGHT)) {
            Page page = open(context, "#/jobs/" + job);
            assertThat(page.getByRole(AriaRole.REGION, exactly("Runs"))
                            .locator("table")
                            .last()
                            .locator("tbody tr"))
                    .hasCount(runs);
            assertThat(page.locator("#run option")).hasCount(runs);
            page.locator("#run").selectOption(new SelectOption().setIndex(runs - 1));
            page.locator("svg path.line[d^=M]").first().waitFor();
            shot(page, "matrix");
        }
    }

    /** Says that the server is gone, and goes on by itself when it is back at the same address. */
    void survives(Runnable stop, Runnable start) {
        try (BrowserContext context = context(1280, ColorScheme.LIGHT)) {
            Page page = open(context, "#/jobs");
            assertThat(page.locator(".jobs li").first()).isVisible();
            stop.run();
            assertThat(page.locator("#link")).containsText("cut off from the server");
            start.run();
            assertThat(page.locator("#link")).isEmpty(new LocatorAssertions.IsEmptyOptions().setTimeout(60_000));
            assertThat(page.locator(".jobs li").first()).isVisible();
        }
    }

    /** Forgets a job, but only after it was asked. */
    void deletes(long job) {
        try (BrowserContext context = context(1280, ColorScheme.LIGHT)) {
            Page page = open(context, "#/jobs");
            Locator delete = page.getByRole(
                    AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("^delete job " + job + ",")));
            delete.click();
            page.keyboard().press("Escape");
            assertThat(page.locator("dialog")).hasCount(0);
            assertThat(delete).isFocused();
            delete.click();
            page.getByRole(AriaRole.BUTTON, exactly("Delete")).click();
            assertThat(page.locator(".jobs li[data-id='" + job + "']")).hasCount(0);
            assertThat(page.locator("#announce")).containsText("Job " + job + " is deleted.");
        }
    }

    /** What a token of scope read is not offered. */
    void offersNothingToReaders(String readToken) {
        try (BrowserContext context = context(1280, ColorScheme.LIGHT)) {
            context.addInitScript("sessionStorage.setItem('dafl-token', '" + readToken + "')");
            Page page = watched(context);
            page.navigate(server + "#/jobs");
            assertThat(page.locator(".jobs li").first()).isVisible();
            assertThat(page.locator(".jobs button")).hasCount(0);
            assertThat(page.getByRole(AriaRole.LINK, named("Submit"))).hasCount(0);
        }
    }

    /**
     * Every view, light and dark, wide and on a phone: nothing scrolls sideways, every control has a name, every text its contrast,
     * the title says where one is, the heading has the focus after a change of view, and who tabs sees where they are.
     */
    void isSoundForEverybody(long job) {
        Map<String, String> views = Map.of(
                "jobs", "#/jobs",
                "job", "#/jobs/" + job,
                "compare", "#/compare/" + job,
                "submit", "#/submit",
                "plugins", "#/plugins",
                "machine", "#/machine");
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : List.of(1280, PHONE)) {
                try (BrowserContext context = context(width, scheme)) {
                    Page page = open(context, "#/none");
                    assertThat(heading(page, "Not here")).isVisible();
                    views.forEach((view, hash) -> {
                        String where = view + ", " + scheme + ", " + width;
                        page.evaluate("hash => { location.hash = hash; }", hash);
                        assertThat(page.locator("h1")).isFocused();
                        page.waitForLoadState();
                        page.waitForTimeout(700);
                        assertTrue(page.title().endsWith(" – dafl"), page.title());
                        assertEquals(List.of(), page.evaluate(NAMELESS), where);
                        assertEquals(List.of(), page.evaluate(FAINT), where);
                        assertTrue(
                                (Boolean) page.evaluate("document.documentElement.scrollWidth <= innerWidth"),
                                where + " scrolls sideways");
                        shot(page, view + "-" + scheme.name().toLowerCase(Locale.ROOT) + "-" + width);
                    });
                }
            }
        }
        try (BrowserContext context = context(1280, ColorScheme.LIGHT)) {
            Page page = open(context, "#/jobs");
            page.keyboard().press("Tab");
            assertThat(page.locator(".skip")).isFocused();
            page.keyboard().press("Enter");
            assertThat(page.locator("main")).isFocused();
            for (int i = 0; i < 12; i++) {
                page.keyboard().press("Tab");
                if ((Boolean) page.evaluate("document.activeElement === document.body")) {
                    // Behind the last control comes the browser's own.
                    break;
                }
                assertTrue(
                        (Boolean)
                                page.evaluate(
                                        "() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2; }"),
                        () -> "no focus is seen on " + page.evaluate("document.activeElement.outerHTML.slice(0, 200)"));
            }
        }
    }

    /** @throws AssertionError when the page did what it must not */
    @Override
    public void close() {
        try (playwright) {
            browser.close();
        }
        assertEquals(List.of(), List.copyOf(wrong));
    }

    private BrowserContext context(int width, ColorScheme scheme) {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setViewportSize(width, width == PHONE ? 844 : 900)
                .setColorScheme(scheme));
        context.setDefaultTimeout(10_000);
        return context;
    }

    private Page open(BrowserContext context, String view) {
        context.addInitScript("if (window === top) { sessionStorage.setItem('dafl-token', '" + token + "'); }");
        Page page = watched(context);
        page.navigate(server + view);
        return page;
    }

    private Page watched(BrowserContext context) {
        Page page = context.newPage();
        watch(page);
        return page;
    }

    private void watch(Page page) {
        page.onPageError(error -> wrong.add("thrown: " + error));
        page.onConsoleMessage(message -> {
            // A status that the page knows what to do with is told by the browser as an error too.
            if (List.of("error", "warning").contains(message.type())
                    && !message.text().startsWith("Failed to load resource")) {
                wrong.add("console: " + message.text());
            }
        });
        page.onRequest(request -> {
            String url = request.url();
            if (!url.startsWith(server.toString())
                    && !url.startsWith("blob:" + server.resolve("/").toString())) {
                wrong.add("asked: " + url);
            }
        });
    }

    private static void shot(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(Path.of("target", "pages", name + ".png"))
                .setFullPage(true));
    }

    private static long jobOf(Page page) {
        var matcher = JOB.matcher(page.url());
        assertTrue(matcher.find(), page.url());
        return Long.parseLong(matcher.group(1));
    }

    private static Locator heading(Page page, String text) {
        return page.getByRole(AriaRole.HEADING, exactly(text));
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name);
    }

    private static Page.GetByRoleOptions exactly(String name) {
        return named(name).setExact(true);
    }
}
