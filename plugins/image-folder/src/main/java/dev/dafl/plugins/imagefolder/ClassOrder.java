package dev.dafl.plugins.imagefolder;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells which label is which class where it is easily mistaken: folders 1 to 10 are sorted as texts. */
final class ClassOrder {

    private static final Logger LOG = LoggerFactory.getLogger(ImageFolder.class);
    private static final int NAMED = 20;

    private ClassOrder() {}

    /** Warns where all names are numbers and their order is not that of numbers. */
    static void tell(List<String> names) {
        if (names.stream().allMatch(name -> name.matches("\\d+"))
                && !names.equals(names.stream()
                        .sorted(Comparator.comparing(BigInteger::new))
                        .toList())) {
            LOG.warn(
                    "image-folder: class folders are sorted as texts, as PyTorch sorts them: {}{}; write them with as many"
                            + " digits each, such as 01, for the order of numbers",
                    IntStream.range(0, Math.min(NAMED, names.size()))
                            .mapToObj(label -> "label " + label + " is " + names.get(label))
                            .collect(Collectors.joining(", ")),
                    names.size() > NAMED ? ", and so on" : "");
        }
    }
}
