package dev.dafl.tensor.words;

import java.nio.file.Path;

/** What to do in Python with a file that is not read here: three lines, which follow the sentence that refuses it. */
public record PythonLines(Path file) {

    /** @param part where in the file the network is, as in {@code ["model"]}; empty for the file itself */
    public String saveWeightsOfModule(String part) {
        return lines(
                "in Python, where its classes can be imported, and only if you trust who made it:",
                "import torch",
                "network = torch.load(" + path() + ", map_location=\"cpu\", weights_only=False)" + part,
                "torch.save(network.state_dict(), " + name("-weights.pt") + ")");
    }

    /** For pickles whose calls are not run here. */
    public String saveWeightsAlone() {
        return lines(
                "if you trust who made it, save its weights alone, in Python:",
                "import torch",
                "saved = torch.load(" + path() + ", map_location=\"cpu\", weights_only=False)",
                "torch.save(saved.get(\"state_dict\", saved), " + name("-weights.pt") + ")");
    }

    /** For pickles of other programs. */
    public String pickled() {
        return lines(
                "if you trust who made it, save its tensors with torch.save, in Python:",
                "import pickle, torch",
                "saved = pickle.load(open(" + path() + ", \"rb\"))",
                "torch.save({name: torch.as_tensor(array) for name, array in saved.items()}, " + name("-weights.pt")
                        + ")");
    }

    /** For TorchScript. */
    public String exportScriptToOnnx() {
        return lines(
                "export it in Python, with the shape of your images, and name it with model: onnx:",
                "import torch",
                "network = torch.jit.load(" + path() + ", map_location=\"cpu\").eval()",
                "torch.onnx.export(network, torch.zeros(1, 3, 32, 32), " + name(".onnx") + ", dynamo=False)");
    }

    /** For what torch.export wrote. */
    public String exportProgramToOnnx() {
        return lines(
                "export it in Python and name it with model: onnx:",
                "import torch",
                "program = torch.export.load(" + path() + ")",
                "torch.onnx.export(program, f=" + name(".onnx") + ")");
    }

    /** For Keras. */
    public String exportKerasToOnnx() {
        return lines(
                "export it to ONNX in Python and name it with model: onnx:",
                "import keras",
                "model = keras.saving.load_model(" + path() + ")",
                "model.export(" + name(".onnx") + ", format=\"onnx\")");
    }

    /** @param arrays a dictionary of arrays by name, in Python */
    public String saveNumpy(String arrays) {
        return lines(
                "save them as safetensors, in Python:",
                "import numpy, safetensors.numpy",
                "arrays = " + arrays,
                "safetensors.numpy.save_file(arrays, " + name(".safetensors") + ")");
    }

    /** An introduction that ends in a colon, and lines of Python, each in a line of its own. */
    public static String lines(String... lines) {
        return String.join("\n  ", lines);
    }

    /** The file's, as a text of Python's. */
    public String path() {
        return Quoted.python(file.toString());
    }

    /** The file's name with another end, as a text of Python's. */
    public String name(String end) {
        String name = String.valueOf(file.getFileName());
        return Quoted.python(name.replaceFirst("(?<=.)(\\.(pth|pt|pt2|bin|ckpt|pkl|tar|keras|npz))+$", "") + end);
    }
}
