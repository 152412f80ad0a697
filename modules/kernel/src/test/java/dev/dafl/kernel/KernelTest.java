package dev.dafl.kernel;

import static dev.dafl.kernel.BundleBuilder.bundle;
import static dev.dafl.kernel.BundleBuilder.greeter;
import static dev.dafl.kernel.BundleBuilder.greeterSource;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.kernel.sample.Greeter;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real framework and real jars, compiled and packed here. */
class KernelTest {

    private static final int MOST_COLLECTIONS = 100;

    @TempDir
    private Path root;

    private Path builtIn;
    private Path plugins;

    @BeforeEach
    void makeFolders() throws IOException {
        builtIn = Files.createDirectory(root.resolve("built-in"));
        plugins = Files.createDirectory(root.resolve("plugins"));
    }

    @Test
    void extensionsAreFoundByName() {
        greeter(root, "one", "uno").build(builtIn.resolve("one.jar"));
        greeter(root, "two", "due").build(plugins.resolve("two.jar"));
        try (Kernel kernel = start()) {
            assertEquals(
                    "hello from uno",
                    kernel.find(Greeter.class, "uno").orElseThrow().greet());
            assertEquals(
                    List.of("due", "uno"),
                    kernel.extensions(Greeter.class).stream().map(Greeter::name).toList());
            assertTrue(kernel.find(Greeter.class, "tre").isEmpty());
            PluginBundle two = describe(kernel, "two.jar");
            assertEquals("two", two.symbolicName());
            assertEquals("1.0.0", two.version());
            assertEquals(List.of("due"), two.extensions());
            assertEquals(PluginBundle.State.STARTED, two.state());
        }
    }

    @Test
    void anActivatorMayRegisterExtensions() {
        bundle(root, "active")
                .header("Bundle-Activator", "active.Start")
                .source("active.Hello", greeterSource("active.Hello", "active", "hi"))
                .source("active.Start", """
                        public class Start implements org.osgi.framework.BundleActivator {
                            public void start(org.osgi.framework.BundleContext context) {
                                context.registerService(dev.dafl.kernel.sample.Greeter.class, new Hello(), null);
                            }
                            public void stop(org.osgi.framework.BundleContext context) {}
                        }""")
                .build(plugins.resolve("active.jar"));
        try (Kernel kernel = start()) {
            assertEquals(
                    "hi", kernel.find(Greeter.class, "active").orElseThrow().greet());
        }
    }

    @Test
    void whatIsNoBundleIsReportedAndTheRestRuns() throws IOException {
        Files.writeString(plugins.resolve("text.jar"), "not a jar");
        Path good = greeter(root, "good", "good").build(plugins.resolve("good.jar"));
        byte[] bytes = Files.readAllBytes(good);
        Files.write(plugins.resolve("cut.jar"), Arrays.copyOf(bytes, bytes.length / 2));
        try (var jar = new java.util.jar.JarOutputStream(Files.newOutputStream(plugins.resolve("plain.jar")))) {
            jar.putNextEntry(new java.util.zip.ZipEntry("a.txt"));
        }
        Files.writeString(plugins.resolve("notes.txt"), "left alone");
        try (Kernel kernel = start()) {
            assertProblem(kernel, "text.jar", "it is no jar, or only a part of one");
            assertProblem(kernel, "cut.jar", "it is no jar, or only a part of one");
            assertProblem(kernel, "plain.jar", "it is no OSGi bundle");
            assertEquals(4, kernel.bundles().size());
            assertTrue(kernel.find(Greeter.class, "good").isPresent());
        }
    }

    @Test
    void anotherMajorVersionIsReportedWithBothVersions() {
        greeter(root, "old", "old")
                .header("Import-Package", "dev.dafl.kernel.sample;version=\"[2,3)\"")
                .build(plugins.resolve("old.jar"));
        try (Kernel kernel = start()) {
            assertProblem(
                    kernel,
                    "old.jar",
                    "it asks for version [2,3) of the package dev.dafl.kernel.sample," + " this dafl offers 1.2.0");
        }
    }

    @Test
    void aCopyOfTheSpiInsideABundleIsReported() {
        greeter(root, "copy", "copy")
                .header("Private-Package", "copy,dev.dafl.kernel.sample")
                .header("Import-Package", "!dev.dafl.kernel.sample,*")
                .build(plugins.resolve("copy.jar"));
        try (Kernel kernel = start()) {
            assertProblem(kernel, "copy.jar", "it carries its own copy of the package dev.dafl.kernel.sample");
        }
    }

    @Test
    void whatFailsWhenItStartsIsReported() {
        bundle(root, "bad")
                .header("Bundle-Activator", "bad.Start")
                .source("bad.Start", """
                public class Start implements org.osgi.framework.BundleActivator {
                    public void start(org.osgi.framework.BundleContext context) {
                        throw new IllegalStateException("no licence found");
                    }
                    public void stop(org.osgi.framework.BundleContext context) {}
                }""")
                .build(plugins.resolve("bad.jar"));
        greeter(root, "good", "good").build(plugins.resolve("good.jar"));
        try (Kernel kernel = start()) {
            assertProblem(
                    kernel,
                    "bad.jar",
                    "starting it failed in its activator bad.Start:" + " IllegalStateException: no licence found");
            assertTrue(kernel.find(Greeter.class, "good").isPresent());
        }
    }

    @Test
    void providersThatCannotBeMadeAreReported() {
        bundle(root, "broken")
                .entry("META-INF/services/dev.dafl.kernel.sample.Greeter", "broken.Missing")
                .provider("broken.Other", "public class Other {}")
                .provider(
                        "broken.Throws",
                        "public class Throws extends Good {"
                                + " public Throws() { throw new IllegalStateException(\"no weights\"); } }")
                .provider("broken.Needs", "public class Needs extends Good { public Needs(int x) {} }")
                .provider("broken.Blank", greeterSource("broken.Blank", " ", "x"))
                .provider(
                        "broken.Nameless",
                        "public class Nameless extends Good {"
                                + " public String name() { throw new UnsupportedOperationException(\"later\"); } }")
                .provider("broken.Good", greeterSource("broken.Good", "good", "still here"))
                .build(plugins.resolve("broken.jar"));
        try (Kernel kernel = start()) {
            for (String part : List.of(
                    "has no such class",
                    "broken.Other as a Greeter, but that class does not implement",
                    "the constructor of its Greeter broken.Throws failed: IllegalStateException: no weights",
                    "broken.Needs must be a public class",
                    "broken.Blank has no name",
                    "broken.Nameless cannot say its name: UnsupportedOperationException: later")) {
                assertProblem(kernel, "broken.jar", part);
            }
            assertEquals(
                    PluginBundle.State.PARTLY_USED,
                    describe(kernel, "broken.jar").state());
            assertEquals(
                    "still here",
                    kernel.find(Greeter.class, "good").orElseThrow().greet());
        }
    }

    @Test
    void theFirstOfANameStaysUntilItGoes() throws Exception {
        greeter(root, "first", "same").build(builtIn.resolve("first.jar"));
        Path second = greeter(root, "second", "same").build(plugins.resolve("a-second.jar"));
        greeter(root, "third", "same").build(plugins.resolve("b-third.jar"));
        try (Kernel kernel = watching()) {
            assertTrue(kernel.find(Greeter.class, "same")
                    .orElseThrow()
                    .getClass()
                    .getName()
                    .startsWith("first"));
            assertProblem(
                    kernel,
                    "a-second.jar",
                    "its Greeter \"same\" is not used, since first (first.jar) already" + " provides one of that name");
            Files.delete(second);
            awaitTrue(() -> kernel.bundles().size() == 2);
            assertProblem(kernel, "b-third.jar", "already provides one");
        }
    }

    @Test
    void theSameBundleTwiceIsReported() {
        greeter(root, "twin", "twin").build(plugins.resolve("a.jar"));
        greeter(root, "twin", "twin").build(plugins.resolve("b.jar"));
        try (Kernel kernel = start()) {
            assertEquals("", describe(kernel, "a.jar").problem());
            assertProblem(
                    kernel, "b.jar", "it is the bundle twin 1.0.0, as a.jar is already; remove one of the two jars");
        }
    }

    @Test
    void aBundleThatLacksAPackageIsCuredWhenItArrives() throws Exception {
        Path library = bundle(root, "library")
                .source(
                        "library.api.Words",
                        "public final class Words { public static String hi() { return \"hi there\"; } }")
                .header("Export-Package", "library.api;version=1.0.0")
                .build(root.resolve("library.jar"));
        bundle(root, "user")
                .provider(
                        "user.Hello",
                        "public class Hello implements dev.dafl.kernel.sample.Greeter {"
                                + " public String name() { return \"user\"; }"
                                + " public String greet() { return library.api.Words.hi(); } }")
                .build(plugins.resolve("user.jar"), List.of(library));
        try (Kernel kernel = watching()) {
            assertProblem(kernel, "user.jar", "it needs the package library.api in version");
            Files.move(library, plugins.resolve("library.jar"));
            awaitTrue(() -> kernel.find(Greeter.class, "user").isPresent());
            assertEquals(
                    "hi there", kernel.find(Greeter.class, "user").orElseThrow().greet());
            assertEquals("", describe(kernel, "user.jar").problem());
        }
    }

    @Test
    void jarsComeChangeAndGoWhileItRuns() throws Exception {
        List<KernelEvent> events = new java.util.concurrent.CopyOnWriteArrayList<>();
        try (Kernel kernel = watching();
                Kernel.Subscription _ = kernel.listen(events::add)) {
            Path jar = greeter(root, "late", "late").build(plugins.resolve("late.jar"));
            awaitTrue(() -> kernel.find(Greeter.class, "late").isPresent());
            bundle(root, "late")
                    .header("Bundle-Version", "1.1.0")
                    .provider("late.Hello", greeterSource("late.Hello", "late", "changed"))
                    .build(jar);
            awaitTrue(() -> kernel.find(Greeter.class, "late")
                    .map(g -> g.greet().equals("changed"))
                    .orElse(false));
            Files.delete(jar);
            awaitTrue(() -> kernel.find(Greeter.class, "late").isEmpty()
                    && kernel.bundles().isEmpty());
        }
        assertEquals(new KernelEvent.ExtensionCame(Greeter.class, "late", "late"), events.getFirst());
        assertEquals(new KernelEvent.ExtensionWent(Greeter.class, "late", "late"), events.getLast());
    }

    @Test
    void theClassesOfAJarThatIsGoneAreLetGoOf() throws Exception {
        List<KernelEvent> events = new java.util.concurrent.CopyOnWriteArrayList<>();
        Path jar = bundle(root, "guest")
                .provider("guest.Hello", greeterSource("guest.Hello", "guest", "hi"))
                .provider("guest.Twin", greeterSource("guest.Twin", "guest", "hi too"))
                .provider(
                        "guest.Nameless",
                        "public class Nameless extends Hello {"
                                + " public String name() { throw new UnsupportedOperationException(\"later\"); } }")
                .build(plugins.resolve("guest.jar"));
        greeter(root, "host", "host").build(plugins.resolve("host.jar"));
        try (Kernel kernel = watching();
                Kernel.Subscription _ = kernel.listen(events::add)) {
            WeakReference<ClassLoader> guest = used(kernel, "guest");
            Files.delete(jar);
            awaitTrue(() -> kernel.bundles().size() == 1);
            assertLetGoOf(guest);
            assertEquals(
                    "hello from host",
                    kernel.find(Greeter.class, "host").orElseThrow().greet());
            WeakReference<ClassLoader> host = used(kernel, "host");
            System.gc();
            assertNotNull(host.get(), "what is in use stays");
            // One that is replaced, as by a newer version of it.
            bundle(root, "host")
                    .header("Bundle-Version", "1.1.0")
                    .provider("host.Hello", greeterSource("host.Hello", "host", "changed"))
                    .build(plugins.resolve("host.jar"));
            awaitTrue(() -> kernel.find(Greeter.class, "host")
                    .map(g -> g.greet().equals("changed"))
                    .orElse(false));
            assertLetGoOf(host);
        }
    }

    /** In a method of its own, whose variables are gone afterwards. */
    private static WeakReference<ClassLoader> used(Kernel kernel, String name) {
        Greeter greeter = kernel.find(Greeter.class, name).orElseThrow();
        greeter.greet();
        assertEquals(name, kernel.bundleOf(greeter).orElseThrow().symbolicName());
        ClassLoader loader = greeter.getClass().getClassLoader();
        assertNotEquals(KernelTest.class.getClassLoader(), loader);
        return new WeakReference<>(loader);
    }

    private static void assertLetGoOf(WeakReference<ClassLoader> loader) {
        for (int i = 0; i < MOST_COLLECTIONS && loader.get() != null; i++) {
            System.gc();
        }
        assertNull(loader.get(), "something still holds the classes of the bundle");
    }

    @Test
    void closingStopsEverythingAndLeavesNothing() {
        greeter(root, "one", "one").build(plugins.resolve("one.jar"));
        Kernel kernel = watching();
        Path store = kernel.store();
        assertTrue(Files.exists(store));
        kernel.close();
        kernel.close();
        assertFalse(Files.exists(store));
        assertTrue(kernel.extensions(Greeter.class).isEmpty());
        assertTrue(Thread.getAllStackTraces().keySet().stream()
                .noneMatch(t -> t.getName().startsWith("dafl-plugin-folders") && t.isAlive()));
    }

    @Test
    void foldersThatAreNotThereHoldNothing() {
        try (Kernel kernel = Kernel.start(configuration(List.of(root.resolve("nowhere")), true))) {
            assertTrue(kernel.bundles().isEmpty());
        }
    }

    @Test
    void anExporterThatIsNotThereIsAnError() {
        KernelConfiguration configuration =
                new KernelConfiguration(List.of(point()), List.of("no.such.jar"), List.of(), List.of(), false);
        String message = assertThrows(KernelException.class, () -> Kernel.start(configuration))
                .getMessage();
        assertTrue(message.contains("no.such.jar"), message);
    }

    @Test
    void askingForAnotherPointIsAMistake() {
        try (Kernel kernel = start()) {
            assertThrows(IllegalArgumentException.class, () -> kernel.extensions(Runnable.class));
        }
    }

    private Kernel start() {
        return Kernel.start(configuration(List.of(plugins), false));
    }

    private Kernel watching() {
        return Kernel.start(configuration(List.of(plugins), true));
    }

    private KernelConfiguration configuration(List<Path> pluginFolders, boolean watch) {
        return new KernelConfiguration(
                List.of(point()), List.of("dev.dafl.kernel.sample"), List.of(builtIn), pluginFolders, watch);
    }

    private static ExtensionPoint<Greeter> point() {
        return new ExtensionPoint<>(Greeter.class, Greeter::name);
    }

    private static PluginBundle describe(Kernel kernel, String jar) {
        return kernel.bundles().stream()
                .filter(b -> b.file().endsWith(jar))
                .findFirst()
                .orElseThrow();
    }

    private static void assertProblem(Kernel kernel, String jar, String part) {
        String problem = describe(kernel, jar).problem();
        assertTrue(problem.contains(part), problem);
    }

    /** However long it takes on a busy machine; surefire ends a fork that hangs. */
    private static void awaitTrue(java.util.function.BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(20);
        }
    }
}
