package dev.dafl.onnx.export;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The translations of all operators that have one, by their names. */
final class Translations {

    private static final Map<String, Translation> ALL = joined(List.of(
            PointwiseNodes.ALL,
            ComparisonNodes.ALL,
            ActivationNodes.ALL,
            MatrixNodes.ALL,
            AttentionNodes.ALL,
            ConvolutionNodes.ALL,
            NormalisationNodes.ALL,
            PoolingNodes.ALL,
            ResizeNodes.ALL,
            ReductionNodes.ALL,
            ShapeNodes.ALL,
            PartNodes.ALL,
            ConversionNodes.ALL));

    private Translations() {}

    static Optional<Translation> of(String operator) {
        return Optional.ofNullable(ALL.get(operator));
    }

    static Set<String> names() {
        return ALL.keySet();
    }

    private static Map<String, Translation> joined(List<Map<String, Translation>> families) {
        Map<String, Translation> all = new HashMap<>();
        families.forEach(all::putAll);
        return Map.copyOf(all);
    }
}
