package dev.dafl.onnx.network;

import java.util.HashSet;
import java.util.Set;

/**
 * Names in a state dict for the names of a graph. Those that PyTorch gives stay as they are; slashes and double colons become
 * dots, TensorFlow's {@code :0} goes, other characters than letters, digits, dots, hyphens and underscores become underscores.
 * A name that is taken gets a number behind it.
 */
final class WeightNames {

    private final Set<String> taken = new HashSet<>();

    String of(String name) {
        String clean = name.replaceFirst(":0$", "")
                .replaceAll("/|::", ".")
                .replaceAll("[^\\p{L}\\p{N}_.-]", "_")
                .replaceAll("\\.{2,}", ".")
                .replaceAll("^\\.|\\.$", "");
        String free = clean.isEmpty() ? "weight" : clean;
        for (int number = 2; !taken.add(free); number++) {
            free = clean + "_" + number;
        }
        return free;
    }
}
