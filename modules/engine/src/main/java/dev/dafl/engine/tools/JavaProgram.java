package dev.dafl.engine.tools;

import static java.util.Map.entry;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.spi.ImageShape;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A program that says what a picture shows, for Java 25 with dafl's tensor module, its plugin interface and the network's
 * bundle on the class path. It prepares pictures as a run does.
 */
final class JavaProgram {

    private static final String GREY = """
                    Raster picture = ImageIO.read(new File(arguments[0])).getRaster();
                    int height = picture.getHeight();
                    int width = picture.getWidth();
                    float[] pixels = picture.getSamples(0, 0, width, height, 0, (float[]) null);
            """;

    private static final String COLOUR = """
                    BufferedImage picture = ImageIO.read(new File(arguments[0]));
                    int height = picture.getHeight();
                    int width = picture.getWidth();
                    int[] rgb = picture.getRGB(0, 0, width, height, null, 0, width);
                    float[] pixels = new float[3 * rgb.length];
                    for (int i = 0; i < pixels.length; i++) {
                        pixels[i] = rgb[i % rgb.length] >> 16 - 8 * (i / rgb.length) & 255;
                    }
            """;

    private static final String PROGRAM = """
            IMPORTS
            // For Java 25 with --enable-native-access=ALL-UNNAMED, the jars of dafl's lib folder and the network's bundle.
            void main(String[] arguments) throws IOException {
                List<String> classes = List.of(CLASSES);
                try (TensorScope _ = TensorScope.open();
                        Network network = Network.build(
                                new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(0)),
                                path -> new PLUGIN().create(path, new ImageShape(SHAPE), classes.size(), OPTIONS))) {
                    network.parameters().load(Safetensors.read(Path.of(WEIGHTS)));
            READ        Tensor images = Functional.upsampleBilinear2d(Tensor.of(pixels, 1, CHANNELS, height, width), SIZE)
                            .div(255)
                            .sub(Tensor.of(new float[] {MEAN}, 1, CHANNELS, 1, 1))
                            .div(Tensor.of(new float[] {STDS}, 1, CHANNELS, 1, 1));
                    IO.println(classes.get((int) network.forward(images, Pass.evaluate()).argmax(1).item()));
                }
            }
            """;

    /** A word in capitals that stands for something. */
    private static final Pattern PLACE = Pattern.compile("\\b[A-Z]{4,}\\b");

    private JavaProgram() {}

    /** @throws ConfigException when there is none for such a network */
    static String of(WeightsNetwork network, Path weights) {
        ImageShape shape = network.task().shape();
        if (shape.channels() != 1 && shape.channels() != 3) {
            throw new ConfigException(
                    "--java writes programs that read pictures in grey or in colour, and this network takes "
                            + shape.channels() + " channels");
        }
        Set<String> imports = new TreeSet<>(List.of(
                "dev.dafl.spi.ImageShape",
                "dev.dafl.tensor.*",
                "dev.dafl.tensor.nn.*",
                "dev.dafl.tensor.safetensors.Safetensors",
                "javax.imageio.ImageIO",
                shape.channels() == 1 ? "java.awt.image.Raster" : "java.awt.image.BufferedImage"));
        JavaExpressions java = new JavaExpressions(imports);
        Map<String, String> filled = Map.ofEntries(
                entry("PLUGIN", java.type(network.plugin().plugin().getClass())),
                entry("OPTIONS", java.of(network.plugin().options())),
                entry("SHAPE", shape.channels() + ", " + shape.height() + ", " + shape.width()),
                entry("CHANNELS", Integer.toString(shape.channels())),
                entry("SIZE", shape.height() + ", " + shape.width()),
                entry("CLASSES", joined(network.task().classNames(), java::of)),
                entry("MEAN", joined(network.task().normalization().mean(), mean -> java.of(mean.floatValue()))),
                entry("STDS", joined(network.task().normalization().std(), std -> java.of(std.floatValue()))),
                entry("WEIGHTS", java.of(weights.toString())),
                entry("READ", shape.channels() == 1 ? GREY : COLOUR),
                entry(
                        "IMPORTS",
                        imports.stream().map(name -> "import " + name + ";\n").collect(Collectors.joining())));
        return PLACE.matcher(PROGRAM)
                .replaceAll(place -> Matcher.quoteReplacement(filled.getOrDefault(place.group(), place.group())));
    }

    private static <T> String joined(List<T> elements, Function<T, String> written) {
        return elements.stream().map(written).collect(Collectors.joining(", "));
    }
}
