package dev.dafl.plugins.imagefolder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.spi.DataFiles;
import dev.dafl.spi.Dataset;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {

    @TempDir
    private Path root;

    private final DataFiles files = new DataFiles() {
        @Override
        public Path find(DataFile file) {
            throw new AssertionError("nothing is downloaded");
        }

        @Override
        public List<Path> places(String path) {
            return List.of(root.resolve(path));
        }
    };
    private long tensorsBefore;

    @BeforeEach
    void count() {
        tensorsBefore = Tensor.liveCount();
    }

    @AfterEach
    void noTensorIsLeft() {
        assertEquals(tensorsBefore, Tensor.liveCount());
    }

    @Test
    void classesAreFoldersAndImagesAreSorted() throws IOException {
        image("train/dog/b.png", 3);
        image("train/dog/a.png", 2);
        image("train/cat/deep/er/z.png", 1);
        image("train/cat/.hidden/z.png", 9);
        image("test/dog/x.png", 4);
        Files.writeString(root.resolve("train/cat/.DS_Store"), "not an image");
        Files.writeString(root.resolve("train/classes.txt"), "not an image");
        try (TensorScope _ = TensorScope.open()) {
            Dataset data = new ImageFolder().load(files, options());
            assertEquals(List.of("cat", "dog"), data.classNames());
            assertArrayEquals(new long[] {3, 3, 2, 2}, data.train().images().shape());
            assertColours(data.train().images(), 1, 2, 3);
            assertArrayEquals(new long[] {0, 1, 1}, data.train().labels().toLongs());
            assertColours(data.test().images(), 4);
            assertArrayEquals(new long[] {1}, data.test().labels().toLongs());
            assertEquals(List.of(0.5, 0.5, 0.5), data.normalization().mean());
        }
    }

    @Test
    void whatSystemsAndToolsLeaveIsNeitherClassNorImage() throws IOException {
        for (String split : List.of("train", "test")) {
            image(split + "/cat/a.png", 1);
            image(split + "/dog/a.png", 2);
            for (String folder : List.of("", "/cat", "/dog/deep")) {
                for (String name : List.of(
                        "Thumbs.db",
                        "desktop.ini",
                        ".DS_Store",
                        "._a.png",
                        "__MACOSX/a.png",
                        "__MACOSX/._a.png",
                        ".ipynb_checkpoints/a.png",
                        "@eaDir/a.png",
                        "readme.txt",
                        "README",
                        "NOTES.MD",
                        "labels.csv",
                        "classes.json")) {
                    TestImages.write(root.resolve(split + folder + "/" + name), "nothing".getBytes());
                }
            }
        }
        try (TensorScope _ = TensorScope.open()) {
            Dataset data = new ImageFolder().load(files, options());
            assertEquals(List.of("cat", "dog"), data.classNames());
            assertColours(data.train().images(), 1, 2);
            assertColours(data.test().images(), 1, 2);
        }
        Files.delete(root.resolve("train/cat/a.png"));
        assertFails(options(), root.resolve("train/cat") + " holds no images; fill it or remove it");
    }

    @Test
    void otherFormatsAreReadOrToldByName() throws IOException {
        TestImages.write(root.resolve("train/a/1.gif"), TestImages.written(TestImages.plain(2, 2, 0x010101), "gif"));
        TestImages.write(root.resolve("train/b/1.bmp"), TestImages.written(TestImages.plain(2, 2, 0x020202), "bmp"));
        image("test/a/1.png", 3);
        try (TensorScope _ = TensorScope.open()) {
            assertColours(new ImageFolder().load(files, options()).train().images(), 1, 2);
        }
        Path webp = TestImages.write(root.resolve("test/a/2.webp"), "RIFF\0\0\0\0WEBPVP8 ".getBytes());
        assertFails(options(), webp + " is a WebP image, which is not read; convert it to PNG");
        TestImages.write(root.resolve("train/3.webp"), Files.readAllBytes(webp));
        assertFails(options(), root.resolve("train/3.webp") + " lies beside the class folders");
    }

    @Test
    void aNameIsOneClassHoweverUnicodeWritesIt() throws IOException {
        String composed = "\u00e9";
        String decomposed = "e\u0301";
        image("train/" + decomposed + "/1.png", 1);
        image("train/f/1.png", 2);
        image("test/" + composed + "/1.png", 3);
        try (TensorScope _ = TensorScope.open()) {
            Dataset data = new ImageFolder().load(files, options());
            assertEquals(List.of(composed, "f"), data.classNames()); // in the order of what is stored, as in PyTorch
            assertArrayEquals(new long[] {0}, data.test().labels().toLongs());
        }
        image("train/" + composed + "/1.png", 4);
        assertFails(
                options(),
                root.resolve("train") + " has two class folders of one name, " + composed
                        + ", written as e\\u0301 and as \\u00e9; move the images of one into the other");
    }

    @Test
    void numbersAreSortedAsTextsWhichIsTold() throws IOException {
        for (int i = 1; i <= 10; i++) {
            image("train/" + i + "/1.png", i);
        }
        image("test/10/1.png", 10);
        String warning = warned(() -> {
            Dataset data = new ImageFolder().load(files, options());
            assertEquals(List.of("1", "10", "2", "3", "4", "5", "6", "7", "8", "9"), data.classNames());
            assertColours(data.train().images(), 1, 10, 2, 3, 4, 5, 6, 7, 8, 9);
            assertArrayEquals(new long[] {1}, data.test().labels().toLongs());
        });
        assertEquals(1, warning.lines().count(), warning);
        assertTrue(
                warning.contains(
                        "class folders are sorted as texts, as PyTorch sorts them: label 0 is 1, label 1 is 10,"
                                + " label 2 is 2,"),
                warning);
        Files.move(root.resolve("train/10"), root.resolve("train/0"));
        Files.move(root.resolve("test/10"), root.resolve("test/0"));
        assertEquals("", warned(() -> new ImageFolder().load(files, options())));
    }

    /** Python sorts by code points, Java's strings by halves of them. */
    @Test
    void classesAreInPythonsOrder() throws IOException {
        String wide = "\uff21";
        String smile = "\ud83d\ude00";
        for (String name : List.of("a", "B", smile, wide)) {
            image("train/" + name + "/1.png", 1);
            image("test/" + name + "/1.png", 1);
        }
        try (TensorScope _ = TensorScope.open()) {
            assertEquals(
                    List.of("B", "a", wide, smile),
                    new ImageFolder().load(files, options()).classNames());
        }
    }

    @Test
    void turnedImagesAreCountedOnce() throws IOException {
        byte[] jpeg = TestImages.jpeg(TestImages.plain(4, 2, 0), false);
        for (int i = 0; i < 3; i++) {
            TestImages.write(root.resolve("train/a/" + i + ".jpg"), TestImages.withOrientation(jpeg, 6, true));
        }
        TestImages.write(root.resolve("train/b/0.jpg"), TestImages.withOrientation(jpeg, 1, false));
        TestImages.write(root.resolve("test/b/0.jpg"), TestImages.withOrientation(jpeg, 3, false));
        String warning = warned(() -> assertArrayEquals(
                new long[] {4, 3, 2, 4},
                new ImageFolder().load(files, options()).train().images().shape()));
        assertEquals(1, warning.lines().count(), warning);
        assertTrue(
                warning.contains("4 images have an EXIF orientation, such as " + root.resolve("train/a/0.jpg")
                        + "; images are taken as stored and not turned"),
                warning);
    }

    /** What is logged meanwhile. */
    private static String warned(Loading loading) throws IOException {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream err = System.err;
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try (TensorScope _ = TensorScope.open()) {
            loading.run();
        } finally {
            System.setErr(err);
        }
        return log.toString(StandardCharsets.UTF_8);
    }

    @FunctionalInterface
    private interface Loading {

        void run() throws IOException;
    }

    @Test
    void moreThanOnePieceStaysInOrder() throws IOException {
        for (int i = 0; i < 40; i++) {
            image(String.format("train/%s/%03d.png", i < 20 ? "a" : "b", i), i);
        }
        image("test/a/0.png", 1);
        try (TensorScope _ = TensorScope.open()) {
            Dataset data = new ImageFolder().load(files, new Changed().size(512).options());
            assertEquals(40, data.train().size());
            byte[] values = data.train().images().toBytes();
            for (int i = 0; i < 40; i++) {
                assertEquals(i, values[i * 3 * 512 * 512 + 12345]);
            }
        }
    }

    @Test
    void withoutATestFolderAPartOfEachClassIsKept() throws IOException {
        for (int i = 0; i < 10; i++) {
            image("all/a/" + i + ".png", i);
        }
        image("all/b/0.png", 20);
        image("all/b/1.png", 21);
        try (TensorScope _ = TensorScope.open()) {
            Dataset data = new ImageFolder()
                    .load(files, new Changed().train("all").test("").share(0.7).options());
            assertColours(data.train().images(), 0, 1, 2, 3, 4, 5, 6, 20);
            assertColours(data.test().images(), 7, 8, 9, 21);
        }
    }

    @Test
    void limitsTakeFromAllClassesInTurn() throws IOException {
        for (int i = 0; i < 5; i++) {
            image("train/a/" + i + ".png", i);
            image("train/c/" + i + ".png", 20 + i);
        }
        image("train/b/0.png", 10);
        image("test/a/0.png", 1);
        image("test/b/0.png", 2);
        try (TensorScope _ = TensorScope.open()) {
            Dataset data =
                    new ImageFolder().load(files, new Changed().limits(6, 1).options());
            assertColours(data.train().images(), 0, 1, 2, 10, 20, 21);
            assertColours(data.test().images(), 1);
        }
    }

    @Test
    void mixedSizesAreCountedWithExamples() throws IOException {
        image("train/a/1.png", 1);
        image("train/b/1.png", 2);
        image("test/a/1.png", 3);
        TestImages.write(root.resolve("test/b/1.png"), TestImages.png(TestImages.plain(3, 2, 0)));
        assertFails(
                options(),
                "images have 2 sizes (width x height): 3 of 2x2, such as " + root.resolve("train/a/1.png")
                        + "; 1 of 3x2, such as " + root.resolve("test/b/1.png")
                        + "; bring all to one with size: 32 or another number (on-bad-image: skip leaves out what is broken, not");
        try (TensorScope _ = TensorScope.open()) {
            assertArrayEquals(
                    new long[] {2, 3, 5, 5},
                    new ImageFolder()
                            .load(files, new Changed().size(5).options())
                            .test()
                            .images()
                            .shape());
        }
    }

    @Test
    void badFilesAreRefusedOrLeftOut() throws IOException {
        image("train/a/1.png", 1);
        image("train/b/1.png", 2);
        image("test/a/1.png", 3);
        image("train/stray.png", 4);
        TestImages.write(root.resolve("train/a/0.jpg"), "some text".getBytes(StandardCharsets.UTF_8));
        byte[] jpeg = TestImages.jpeg(TestImages.plain(2, 2, 0), false);
        TestImages.write(root.resolve("train/b/2.jpg"), Arrays.copyOf(jpeg, jpeg.length - 2));
        TestImages.write(root.resolve("test/b/0.png"), new byte[0]);
        image("test/b/1.png", 5);
        assertFails(
                options(),
                "4 files cannot be used: " + root.resolve("train/stray.png") + " lies beside the class"
                        + " folders; " + root.resolve("train/a/0.jpg") + " is text, not an image; "
                        + root.resolve("train/b/2.jpg") + " is cut off; " + root.resolve("test/b/0.png")
                        + " is empty; mend or remove what cannot be used");
        String warning = warned(() -> {
            Dataset data = new ImageFolder().load(files, new Changed().skip().options());
            assertColours(data.train().images(), 1, 2);
            assertArrayEquals(new long[] {0, 1}, data.train().labels().toLongs());
            assertColours(data.test().images(), 3, 5);
        });
        assertTrue(
                warning.contains("4 files cannot be used: ") && warning.contains("0.png is empty; left out"), warning);
        Files.delete(root.resolve("test/b/1.png"));
        assertFails(new Changed().skip().options(), "none of the images of the class b to measure on can be used");
        Files.delete(root.resolve("test/a/1.png"));
        assertFails(new Changed().skip().options(), "there is no image to measure on");
    }

    @Test
    void manyBadFilesAreCountedAndSomeNamed() throws IOException {
        image("train/a/1.png", 1);
        image("train/b/1.png", 2);
        image("test/a/1.png", 3);
        for (int i = 0; i < 7; i++) {
            TestImages.write(root.resolve("train/b/bad" + i), new byte[] {1});
        }
        String message = assertFails(options(), "7 files cannot be used: ");
        assertTrue(message.contains("bad4") && !message.contains("bad5") && message.contains("; and others"), message);
    }

    @Test
    void foldersThatDoNotFitAreTold() throws IOException {
        assertEquals(
                "image-folder needs the option train, such as {name: image-folder, train: flowers/train, test:"
                        + " flowers/test}",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new ImageFolder()
                                        .load(files, new Changed().train("").options()))
                        .getMessage());
        assertFails(options(), "there is no folder train, which train names: looked at " + root.resolve("train"));
        Files.createDirectories(root.resolve("train"));
        Files.createDirectories(root.resolve("test"));
        assertFails(options(), root.resolve("train") + " has no class folder");
        image("train/a/1.png", 1);
        assertFails(options(), root.resolve("train") + " has one class folder, a");
        Files.createDirectories(root.resolve("train/b"));
        assertFails(options(), root.resolve("train/b") + " holds no images");
        image("train/b/1.png", 1);
        assertFails(options(), "there is no image to measure on");
        image("test/c/1.png", 1);
        assertFails(
                options(),
                root.resolve("test") + " has the class folder c, and " + root.resolve("train") + " has none");
        Files.createSymbolicLink(root.resolve("train/b/loop"), root.resolve("train/b"));
        assertFails(options(), root.resolve("train/b/loop") + " is a link to a folder that it lies in");
    }

    @Test
    void aFileOfLabelsDividesOneFolder() throws IOException {
        for (int i = 1; i <= 5; i++) {
            image("faces/" + i + ".jpg", 10 * i); // PNG files with another name
        }
        text("list.txt", "5\nSmiling Young\n1.jpg -1  1\n2.jpg  1 -1\n3.jpg  1  1\n4.jpg -1 -1\n5.jpg  1  1\n");
        try (TensorScope _ = TensorScope.open()) {
            Dataset data = new ImageFolder().load(files, faces("list.txt", "Smiling", ""));
            assertEquals(List.of("not Smiling", "Smiling"), data.classNames());
            assertColours(data.train().images(), 10, 20, 30);
            assertArrayEquals(new long[] {0, 1, 1}, data.train().labels().toLongs());
            assertColours(data.test().images(), 40, 50);
            assertArrayEquals(new long[] {0, 1}, data.test().labels().toLongs());
        }
        text("list.csv", "\uFEFFimage_id,Smiling,Young\n1.jpg,-1,1\n2.jpg,0,-1\n3.jpg,1,-1\n4.jpg,1,1\n5.jpg,1,1\n");
        text("parts.txt", "1.jpg 0\n2.jpg 0\n3.jpg 2\n4.jpg 1\n5.jpg 2\n");
        try (TensorScope _ = TensorScope.open()) {
            Dataset data = new ImageFolder().load(files, faces("list.csv", "Young", "parts.txt"));
            assertColours(data.train().images(), 10, 20);
            assertArrayEquals(new long[] {1, 0}, data.train().labels().toLongs());
            assertColours(data.test().images(), 30, 50);
            assertArrayEquals(new long[] {0, 1}, data.test().labels().toLongs());
        }
        text("parts.csv", "image_id,partition\n1.jpg,2\n2.jpg,0\n3.jpg,0\n4.jpg,1\n5.jpg,1\n");
        try (TensorScope _ = TensorScope.open()) {
            assertColours(
                    new ImageFolder()
                            .load(files, faces("list.csv", "Young", "parts.csv"))
                            .test()
                            .images(),
                    10);
        }
        Files.delete(root.resolve("faces/4.jpg"));
        assertFails(
                faces("list.txt", "Young", ""),
                "1 file cannot be used: " + root.resolve("faces/4.jpg") + " is not there");
    }

    @Test
    void mistakesInLabelFilesAreToldWithTheirLine() throws IOException {
        image("faces/1.jpg", 1);
        Path list = root.resolve("list.txt");
        text("list.txt", "Smiling Young\n1.jpg 1 1\n2.jpg 1 2\n");
        assertFails(faces("list.txt", "Old", ""), list + ":1: no attribute is named Old; there are Smiling, Young");
        assertFails(faces("list.txt", "Young", ""), list + ":3: Young is '2'; it must be 1, or -1 or 0");
        text("list.txt", "Smiling Young\n1.jpg 1\n1.jpg 1\n");
        assertFails(faces("list.txt", "Smiling", ""), list + ":2: Smiling is '1.jpg'");
        text("list.txt", "Smiling Young\n\n1.jpg\n");
        assertFails(faces("list.txt", "Smiling", ""), list + ":3: 1 cells are in a row, 2 attributes in the first");
        text("list.txt", "Smiling\n1.jpg 1\n1.jpg 1\n");
        assertFails(faces("list.txt", "Smiling", ""), list + ":3: 1.jpg is there twice");
        text("list.txt", "3\nSmiling\n1.jpg 1\n");
        assertFails(faces("list.txt", "Smiling", ""), list + " announces 3 images and lists 1");
        text("list.txt", "");
        assertFails(faces("list.txt", "Smiling", ""), list + " is empty");
        Files.write(list, new byte[] {(byte) 0xff, (byte) 0xfe, 65, 0});
        assertFails(faces("list.txt", "Smiling", ""), list + " is no text in UTF-8");
        text("list.txt", "Smiling\n1.jpg 1\n");
        text("parts.txt", "1.jpg 0\n2.jpg 3\n");
        Path parts = root.resolve("parts.txt");
        assertFails(
                faces("list.txt", "Smiling", "parts.txt"), parts + ":2: a row is the name of an image and 0, 1 or 2");
        text("parts.txt", "2.jpg 0\n");
        assertFails(faces("list.txt", "Smiling", "parts.txt"), parts + " lacks 1.jpg, which " + list + " lists");
        text("parts.txt", "1.jpg 0\n1.jpg 0\n");
        assertFails(faces("list.txt", "Smiling", "parts.txt"), parts + ":2: 1.jpg is there twice");
        assertFails(faces("nowhere.txt", "Smiling", ""), "there is no file nowhere.txt, which labels names");
    }

    @Test
    void optionsThatDoNotFitAreRefused() {
        assertRefused(new Changed().size(-1), "size must be");
        assertRefused(new Changed().channels(2), "channels must be 1 (grey) or 3");
        assertRefused(new Changed().share(1), "train-share must be");
        assertRefused(new Changed().limits(0, -2), "test-limit must be at least 0");
        assertRefused(new Changed().labels("a.txt", "", ""), "labels needs attribute");
        assertRefused(new Changed().labels("", "a", ""), "labels is not given");
        assertRefused(new Changed().labels("", "", "a"), "labels is not given");
        assertRefused(new Changed().labels("a.txt", "a", ""), "leave out test");
        assertRefused(
                new Changed().normalization(List.of(0.1, 0.2), List.of(1.0)),
                "mean has one number for all channels or 3");
        assertRefused(new Changed().normalization(List.of(0.1), List.of(0.0)), "std must be a number above 0");
        assertRefused(new Changed().normalization(List.of(Double.NaN), List.of(1.0)), "mean must be finite");
        assertEquals(
                List.of(0.1, 0.2, 0.3),
                new Changed()
                        .normalization(List.of(0.1, 0.2, 0.3), List.of(1.0))
                        .options()
                        .normalization()
                        .mean());
    }

    private static void assertRefused(Changed change, String problem) {
        String message =
                assertThrows(IllegalArgumentException.class, change::options).getMessage();
        assertTrue(message.contains(problem), message);
    }

    private String assertFails(Options options, String problem) {
        try (TensorScope _ = TensorScope.open()) {
            String message = assertThrows(IOException.class, () -> new ImageFolder().load(files, options))
                    .getMessage();
            assertTrue(message.contains(problem), message);
            return message;
        }
    }

    /** Plain images of three channels, each all of the one value that is given. */
    private static void assertColours(Tensor images, int... values) {
        byte[] bytes = images.toBytes();
        assertEquals(values.length, images.size(0));
        for (int i = 0; i < bytes.length; i++) {
            assertEquals((byte) values[i / (bytes.length / values.length)], bytes[i]);
        }
    }

    private static Options options() {
        return new Changed().options();
    }

    private static Options faces(String labels, String attribute, String partition) {
        return new Changed()
                .train("faces")
                .test("")
                .share(0.6)
                .labels(labels, attribute, partition)
                .options();
    }

    private void image(String path, int value) throws IOException {
        TestImages.write(root.resolve(path), TestImages.png(TestImages.plain(2, 2, value * 0x010101)));
    }

    private void text(String path, String content) throws IOException {
        Files.writeString(root.resolve(path), content);
    }
}
