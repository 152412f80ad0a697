package dev.dafl.tensor.torch;

import dev.dafl.tensor.StoredTensor;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.files.RefusedFileException;
import dev.dafl.tensor.files.WholeFile;
import dev.dafl.tensor.torch.Tables.Table;
import dev.dafl.tensor.words.PythonLines;
import dev.dafl.tensor.words.Quoted;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Files of {@code torch.save}, also in the format before 1.6: {@code .pt}, {@code .pth}, {@code .bin}, {@code .ckpt}. A pickle is
 * read as data and never executed: the calls that build tensors and plain containers are known, harmless others are passed
 * over, and a file with any call else is refused by its name. Files are mapped, not read into the heap.
 *
 * <p>Where a file has several tables of tensors, that under the likeliest name is taken: {@code state_dict}, {@code model}, ...;
 * without such a name the one with the most tensors; averages ({@code ema}) only where there is nothing else, an optimizer's last.
 * A table inside another that has as many is part of that.
 */
public final class TorchFile {

    /**
     * How many bytes tensors may take in memory that are fewer in the file, as one does whose elements are all the same one:
     * a multiple of the file's length, and a number for small files.
     */
    private static final int MOST_TIMES_FILE = 8;

    private static final long MOST_BYTES_ANYWAY = 64 << 20;

    private TorchFile() {}

    /** Whether a file begins as {@code torch.save} writes it, or as another zip archive, which {@link #read} tells of. */
    public static boolean begins(MemorySegment bytes) {
        return ZipArchive.begins(bytes) || LegacyFormat.begins(bytes);
    }

    /**
     * Reads a table of tensors, on the CPU, into the innermost scope; with the strides that they were saved with, float8 as
     * float32, all else in the type that it has in the file.
     *
     * @param key the way to the table, with dots; the likeliest where it is empty
     * @throws TorchException when the file is none of {@code torch.save}, damaged, or would run a program, when it has no such
     *     table, or one of its tensors cannot be read
     */
    public static StateDict<Tensor> read(Path file, Optional<String> key) throws IOException {
        return opened(file, key, TorchFile::tensors);
    }

    /**
     * What tensors {@link #read} would read, and those that it could not.
     *
     * @throws TorchException as {@link #read}, but for what only the tensors themselves tell
     */
    public static StateDict<StoredTensor> list(Path file, Optional<String> key) throws IOException {
        return opened(file, key, (_, table, _) -> {
            Map<String, StoredTensor> tensors = new LinkedHashMap<>();
            table.tensors().forEach((name, tensor) -> tensors.put(name, tensor.summary()));
            return tensors;
        });
    }

    /**
     * Writes tensors as {@code torch.load(file, weights_only=True)} reads them, an {@code OrderedDict} by their names. The same
     * tensors are the same bytes. The file appears whole or not at all, as {@link WholeFile} does it.
     */
    public static void write(Path file, Map<String, Tensor> tensors) throws IOException {
        WholeFile.write(file, out -> StateDictWriter.write(out, tensors));
    }

    private interface Use<T> {

        Map<String, T> of(SavedValue saved, Table table, long fileLength);
    }

    private static <T> StateDict<T> opened(Path file, Optional<String> key, Use<T> use) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            SavedValue saved = SavedValue.read(file, bytes);
            Tables tables = Tables.in(saved.root());
            Table table = tables.chosen(key, new PythonLines(file));
            Map<String, Integer> sizes = new LinkedHashMap<>();
            tables.all().forEach(one -> sizes.put(one.key(), one.tensors().size()));
            return new StateDict<>(
                    table.key(),
                    use.of(saved, table, bytes.byteSize()),
                    sizes,
                    saved.legacy(),
                    notes(table, tables, key.isPresent()));
        } catch (RefusedFileException e) {
            throw new TorchException(file, e);
        }
    }

    private static Map<String, Tensor> tensors(SavedValue saved, Table table, long fileLength) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        long left = Math.max(MOST_BYTES_ANYWAY, fileLength * MOST_TIMES_FILE);
        for (Map.Entry<String, PickledTensor> entry : table.tensors().entrySet()) {
            switch (entry.getValue()) {
                case PickledTensor.Unreadable unreadable ->
                    throw new RefusedFileException("has a tensor that is not read: " + Quoted.of(entry.getKey()) + " "
                            + unreadable.predicate());
                case PickledTensor.Plain plain -> {
                    left -= plain.bytesInMemory();
                    if (left < 0) {
                        throw new RefusedFileException("cannot be read: its tensors share memory, and up to "
                                + Quoted.of(entry.getKey()) + " would take more than " + MOST_TIMES_FILE
                                + " times the file's length; save contiguous copies");
                    }
                    tensors.put(entry.getKey(), read(entry.getKey(), plain, saved));
                }
            }
        }
        return tensors;
    }

    private static Tensor read(String name, PickledTensor.Plain tensor, SavedValue saved) {
        MemorySegment storage = saved.storages().bytes(tensor.storage());
        long start = tensor.start();
        long bytes = tensor.bytesInFile();
        if (start > storage.byteSize() || bytes > storage.byteSize() - start) {
            throw RefusedFileException.damaged(
                    Quoted.of(name) + ", " + tensor.summary() + ", reaches beyond the end of its storage");
        }
        return tensor.type().read(storage.asSlice(start, bytes), tensor.layout());
    }

    private static List<String> notes(Table taken, Tables tables, boolean named) {
        List<String> notes = new ArrayList<>();
        List<String> others = tables.all().stream()
                .filter(table -> table != taken)
                .map(Table::described)
                .toList();
        if (!named && !(others.isEmpty() && taken.key().equals(Tables.ITSELF))) {
            notes.add("took " + taken.described()
                    + (others.isEmpty() ? "" : "; key can name another: " + Quoted.list(others)));
        }
        if (!taken.others().isEmpty()) {
            notes.add("left out what is no tensor: " + Quoted.list(taken.others()));
        }
        return List.copyOf(notes);
    }
}
