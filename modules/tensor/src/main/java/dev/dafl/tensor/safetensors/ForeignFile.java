package dev.dafl.tensor.safetensors;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** What a file is that bears a weights file's name and is none, as its first bytes tell. */
final class ForeignFile {

    private static final int LOOKED_AT = 256;

    private ForeignFile() {}

    /** In words, and what to do; empty where the bytes tell nothing. */
    static Optional<String> describe(Path file, MemorySegment bytes) {
        byte[] begin = bytes.asSlice(0, Math.min(LOOKED_AT, bytes.byteSize())).toArray(ValueLayout.JAVA_BYTE);
        String text = new String(begin, StandardCharsets.ISO_8859_1);
        String bare = text.strip().toLowerCase(Locale.ROOT);
        if (text.startsWith("PK\003\004")) {
            return Optional.of(
                    "is a zip archive, as torch.save writes them, not safetensors; if it holds weights of PyTorch, "
                            + conversion(file));
        }
        if (begin.length > 1 && begin[0] == (byte) 0x80 && begin[1] >= 2 && begin[1] <= 5) {
            return Optional.of("is a pickle, as torch.save of PyTorch before 1.6 writes them, not safetensors; if it"
                    + " holds weights of PyTorch, " + conversion(file));
        }
        if (bare.startsWith("<!doctype html") || bare.startsWith("<html")) {
            return Optional.of(
                    "is a web page, not safetensors: the download of the weights failed; delete it and fetch them again");
        }
        if (text.startsWith("version https://git-lfs.github.com/spec/")) {
            return Optional.of("is a pointer of Git LFS, not the weights themselves; fetch those with git lfs pull");
        }
        return Optional.empty();
    }

    /** Nothing of a pickle is ever executed here, so Python has to read it. */
    private static String conversion(Path file) {
        String name = file.getFileName().toString();
        String stem = name.replaceFirst("(?<=.)\\.(safetensors|pth|pt|bin|ckpt|pkl|tar)$", "");
        return """
                convert it in Python:
                  import torch, safetensors.torch
                  weights = torch.load("%s", map_location="cpu", weights_only=True)
                  safetensors.torch.save_file(weights.get("state_dict", weights), "%s-converted.safetensors")""".formatted(name, stem);
    }
}
