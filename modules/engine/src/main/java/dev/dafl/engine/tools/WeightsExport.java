package dev.dafl.engine.tools;

import dev.dafl.engine.plugins.Extensions;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.engine.run.RunListener;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.task.Task;
import dev.dafl.onnx.export.OnnxExport;
import dev.dafl.onnx.export.OnnxModel;
import dev.dafl.onnx.export.Pixels;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.files.Reason;
import dev.dafl.tensor.files.WholeFile;
import dev.dafl.tensor.torch.TorchFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was made of a weights file for those who use the network elsewhere.
 *
 * @param weights the file
 * @param model the network
 * @param parameters trainable numbers
 * @param onnx the graph, where it was asked for
 * @param pt the state dict, where it was asked for
 * @param pytorch the module in Python, where it was asked for
 * @param java the text of the program, where it was asked for
 */
public record WeightsExport(
        String weights,
        String model,
        long parameters,
        Optional<OnnxFile> onnx,
        Optional<PtFile> pt,
        Optional<PythonFile> pytorch,
        Optional<String> java) {

    /**
     * A graph in the ONNX format.
     *
     * @param bytes its size
     * @param opset the version of its operators
     * @param input name, type and shape of what it takes
     * @param output name, type and shape of what it gives
     * @param withInput what the images are that it takes, as the option of that name says it
     */
    public record OnnxFile(String file, long bytes, int opset, String input, String output, String withInput) {}

    /**
     * A state dict.
     *
     * @param bytes its size
     * @param tensors how many it holds
     */
    public record PtFile(String file, long bytes, int tensors) {}

    /**
     * A module of PyTorch in Python.
     *
     * @param bytes its size
     * @param tensors how many are in its state dict
     */
    public record PythonFile(String file, long bytes, int tensors) {}

    /**
     * Writes what is asked for. Everything is made before the first file is written.
     *
     * @param described an experiment whose data and teacher say what the weights are of; the file's own description where it
     *     is empty
     * @param overrides as for an experiment
     * @throws dev.dafl.engine.config.ConfigException when nothing is asked for, a file would be written over, or the weights
     *     cannot be read
     * @throws dev.dafl.onnx.export.ExportException when the network is no ONNX graph, in one sentence that says why
     * @throws IOException when a file cannot be written, naming it
     */
    public static WeightsExport of(
            Path weights,
            ExportTargets targets,
            Optional<Path> described,
            Map<String, String> overrides,
            Extensions extensions,
            Path cache,
            RunListener listener)
            throws IOException {
        targets.check(weights);
        try (WeightsNetwork network = WeightsNetwork.of(weights, described, overrides, extensions, cache, listener)) {
            Optional<OnnxModel> graph = targets.onnx().map(_ -> graph(network, weights, targets));
            Optional<String> module = targets.pytorch().map(_ -> PythonModule.of(network, weights));
            Optional<String> program =
                    targets.java() ? Optional.of(JavaProgram.of(network, weights)) : Optional.empty();
            return new WeightsExport(
                    weights.toString(),
                    network.model().toString(),
                    network.network().parameters().count(),
                    graph.isPresent() ? Optional.of(written(graph.get(), targets)) : Optional.empty(),
                    targets.pt().isPresent()
                            ? Optional.of(written(network, targets.pt().get()))
                            : Optional.empty(),
                    module.isPresent()
                            ? Optional.of(written(
                                    network, module.get(), targets.pytorch().orElseThrow()))
                            : Optional.empty(),
                    program);
        }
    }

    private static OnnxFile written(OnnxModel graph, ExportTargets targets) throws IOException {
        Path file = targets.onnx().orElseThrow();
        write(file, () -> graph.write(file));
        return new OnnxFile(
                file.toString(),
                Files.size(file),
                OnnxExport.OPSET,
                graph.input(),
                graph.output(),
                targets.form().word());
    }

    private static PtFile written(WeightsNetwork network, Path file) throws IOException {
        Map<String, Tensor> tensors = network.network().parameters().stateDict();
        write(file, () -> TorchFile.write(file, tensors));
        return new PtFile(file.toString(), Files.size(file), tensors.size());
    }

    private static PythonFile written(WeightsNetwork network, String module, Path file) throws IOException {
        WholeFile.write(file, module);
        return new PythonFile(
                file.toString(),
                Files.size(file),
                network.network().parameters().stateDict().size());
    }

    private static OnnxModel graph(WeightsNetwork network, Path weights, ExportTargets targets) {
        Task task = network.task();
        ImageShape shape = task.shape();
        return OnnxExport.of(
                network.model().name(),
                network.network(),
                new long[] {shape.channels(), shape.height(), shape.width()},
                o -> {
                    OnnxExport.Options options = o.pixels(new Pixels(
                                    targets.form(),
                                    task.normalization().mean(),
                                    task.normalization().std()))
                            .version(RunResult.Dafl.running().version())
                            .metadata(metadata(network, weights, targets));
                    return targets.batch().isPresent()
                            ? options.batch(targets.batch().getAsLong())
                            : options;
                });
    }

    private static Map<String, String> metadata(WeightsNetwork network, Path weights, ExportTargets targets) {
        Task task = network.task();
        RunResult.Dafl dafl = RunResult.Dafl.running();
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("dafl.version", dafl.version() + " (" + dafl.commit() + ")");
        metadata.put("dafl.model", network.model().toString());
        metadata.put("dafl.data", task.source());
        metadata.put("dafl.classes", ResultJson.list(task.classNames()));
        metadata.put("dafl.mean", ResultJson.list(task.normalization().mean()));
        metadata.put("dafl.std", ResultJson.list(task.normalization().std()));
        metadata.put("dafl.input", targets.form().word());
        accuracy(weights).ifPresent(accuracy -> metadata.put("dafl.accuracy", accuracy.toString()));
        return metadata;
    }

    /** What the run has measured that wrote the file, where it lies in that run's folder. */
    private static Optional<Double> accuracy(Path weights) {
        try {
            Path folder = weights.toAbsolutePath().getParent();
            Optional<RunResult> result = folder == null ? Optional.empty() : RunResult.read(folder);
            String name = String.valueOf(weights.getFileName());
            if (name.equals(Artefact.STUDENT.file())) {
                return result.flatMap(RunResult::student).flatMap(RunResult.Student::accuracy);
            }
            return name.equals(Artefact.TEACHER.file())
                    ? result.flatMap(RunResult::teacher).flatMap(RunResult.Teacher::accuracy)
                    : Optional.empty();
        } catch (IOException e) {
            // A result that cannot be read says nothing of the weights.
            return Optional.empty();
        }
    }

    private interface Writing {
        void run() throws IOException;
    }

    private static void write(Path file, Writing writing) throws IOException {
        try {
            writing.run();
        } catch (IOException e) {
            throw new IOException("cannot write " + file + ": " + Reason.of(e), e);
        }
    }
}
