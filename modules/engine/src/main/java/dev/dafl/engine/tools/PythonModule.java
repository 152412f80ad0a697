package dev.dafl.engine.tools;

import static java.util.Map.entry;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.task.Task;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.trace.Trace;
import dev.dafl.tensor.trace.UntraceableException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A file in Python with a network as a module of PyTorch and with what its images are. The module has the network's parameters
 * under their names and calls the operators of libtorch that the network was found to call: any network can be written, and
 * gives what it gives here.
 */
final class PythonModule {

    private static final String FILE = """
            \"""MODEL for the CLASSCOUNT classes of SOURCE, as dafl VERSION has written it for PyTorch.

                from safetensors.torch import load_file

                network = Network()
                network.load_state_dict(load_file(WEIGHTS))
                with torch.inference_mode():
                    logits = network(prepare(pixels))    # pixels: uint8 [n, CHANNELCOUNT, height, width]
            \"""

            import torch
            from torch import nn
            from torch.nn import functional

            CLASSES = NAMES
            CHANNELS = CHANNELCOUNT
            SIZE = (HEIGHT, WIDTH)
            MEAN = MEANS
            STD = STDS

            aten = torch.ops.aten


            def prepare(pixels):
                \"""Images of any size, [n, CHANNELCOUNT, height, width] from 0 to 255, as the network takes them.\"""
                images = pixels.to(torch.float32)
            FITTING    mean = torch.tensor(MEAN, device=images.device).reshape(1, -1, 1, 1)
                std = torch.tensor(STD, device=images.device).reshape(1, -1, 1, 1)
                return (images / 255 - mean) / std


            class Network(nn.Module):
                \"""Computes as in evaluation, also in training mode.\"""

                def __init__(self):
                    super().__init__()
            TENSORS
                def forward(self, images):
                    \"""Logits [n, CLASSCOUNT] of what prepare() gives.\"""
            FORWARD
                def __getitem__(self, name):
                    \"""The parameter or buffer of that name in the state dict.\"""
                    module, _, own = name.rpartition(".")
                    return getattr(self.get_submodule(module), own)

                def _add(self, name, tensor):
                    *modules, own = name.split(".")
                    module = self
                    for part in modules:
                        if part not in dict(module.named_children()):
                            module.add_module(part, nn.Module())
                        module = module.get_submodule(part)
                    if isinstance(tensor, nn.Parameter):
                        module.register_parameter(own, tensor)
                    else:
                        module.register_buffer(own, tensor)
            """;

    private static final String RESIZE = """
                if images.shape[2:] != SIZE:
                    images = functional.interpolate(images, SIZE, mode="bilinear", align_corners=False)""";

    private static final String PAD = """
                down, across = SIZE[0] - images.shape[2], SIZE[1] - images.shape[3]
                images = functional.pad(images, (across // 2, across - across // 2, down // 2, down - down // 2))""";

    private static final String CROP = """
                (height, width), (before, beside) = SIZE, images.shape[2:]
                flat = before * width <= height * beside
                size = (height, height * beside // before) if flat else (width * before // beside, width)
                if images.shape[2:] != size:
                    images = functional.interpolate(images, size, mode="bilinear", align_corners=False)
                top, left = round((size[0] - height) / 2), round((size[1] - width) / 2)
                images = images[:, :, top : top + height, left : left + width]""";

    /** A word in capitals that stands for something. */
    private static final Pattern PLACE = Pattern.compile("\\b[A-Z]{4,}\\b");

    private PythonModule() {}

    /** @throws ConfigException when the network is no graph, or computes with what is not in its state dict */
    static String of(WeightsNetwork network, Path weights) {
        Task task = network.task();
        ImageShape shape = task.shape();
        Map<String, String> filled = Map.ofEntries(
                entry("MODEL", inDocstring(network.model().toString())),
                entry("CLASSCOUNT", Integer.toString(task.classes())),
                entry("SOURCE", inDocstring(task.source())),
                entry("VERSION", RunResult.Dafl.running().version()),
                entry("WEIGHTS", PythonCalls.quoted(String.valueOf(weights.getFileName()))),
                entry(
                        "NAMES",
                        task.classNames().stream()
                                .map(PythonCalls::quoted)
                                .collect(Collectors.joining(", ", "[", "]"))),
                entry("CHANNELCOUNT", Integer.toString(shape.channels())),
                entry("HEIGHT", Integer.toString(shape.height())),
                entry("WIDTH", Integer.toString(shape.width())),
                entry("MEANS", task.normalization().mean().toString()),
                entry("STDS", task.normalization().std().toString()),
                entry(
                        "FITTING",
                        switch (network.fit()) {
                            case RESIZE -> RESIZE.indent(4);
                            case PAD -> PAD.indent(4);
                            case CROP -> CROP.indent(4);
                        }),
                entry("TENSORS", tensors(network.network())),
                entry("FORWARD", forward(network)));
        return PLACE.matcher(FILE)
                .replaceAll(place -> Matcher.quoteReplacement(filled.getOrDefault(place.group(), place.group())));
    }

    private static String inDocstring(String text) {
        return text.replace('\\', '/').replace('"', '\'');
    }

    private static String forward(WeightsNetwork network) {
        ImageShape shape = network.task().shape();
        try (TensorScope _ = TensorScope.open();
                Trace trace = Trace.of(network.network(), shape.channels(), shape.height(), shape.width())) {
            return new PythonCalls(trace)
                    .lines()
                    .map(line -> "        " + line + "\n")
                    .collect(Collectors.joining());
        } catch (UntraceableException e) {
            throw new ConfigException(
                    network.model().name() + " cannot be written as a module of PyTorch: " + e.getMessage(), e);
        }
    }

    private static String tensors(Network network) {
        return network.parameters().stateDict().entrySet().stream()
                .map(tensor -> "        self._add(" + PythonCalls.quoted(tensor.getKey()) + ", "
                        + tensor(network, tensor.getValue()) + ")\n")
                .collect(Collectors.joining());
    }

    private static String tensor(Network network, Tensor tensor) {
        String dtype = tensor.dtype() == DType.FLOAT32 ? "" : ", dtype=" + PythonCalls.dtype(tensor.dtype());
        String empty = "torch.zeros("
                + Arrays.stream(tensor.shape()).mapToObj(Long::toString).collect(Collectors.joining(", ", "[", "]"))
                + dtype + ")";
        boolean learns = network.parameters().trainable().stream().anyMatch(parameter -> parameter == tensor);
        return learns ? "nn.Parameter(" + empty + ")" : empty;
    }
}
