package dev.dafl.tensor.torch;

import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.torch.ZipWriter.Content;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Writes the archive of a state dict: its pickle, the byte order, a storage a tensor, the version of the format. */
final class StateDictWriter {

    private static final String FOLDER = "archive/";
    private static final String VERSION = "3\n";

    private StateDictWriter() {}

    static void write(OutputStream out, Map<String, Tensor> tensors) throws IOException {
        ZipWriter zip = new ZipWriter(out);
        zip.add(FOLDER + "data.pkl", bytes(StateDictPickle.of(tensors)));
        zip.add(FOLDER + "byteorder", bytes("little".getBytes(StandardCharsets.US_ASCII)));
        List<Tensor> values = List.copyOf(tensors.values());
        for (int i = 0; i < values.size(); i++) {
            Tensor tensor = values.get(i);
            zip.add(
                    FOLDER + "data/" + i,
                    new Content(tensor.numel() * tensor.dtype().bytes(), tensor::writeTo));
        }
        zip.add(FOLDER + "version", bytes(VERSION.getBytes(StandardCharsets.US_ASCII)));
        zip.end();
    }

    private static Content bytes(byte[] bytes) {
        return new Content(bytes.length, out -> out.write(bytes));
    }
}
