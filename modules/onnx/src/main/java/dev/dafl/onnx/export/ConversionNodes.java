package dev.dafl.onnx.export;

import java.util.Map;

/** Other types, and what is nothing in a graph: memory formats, devices, copies. */
final class ConversionNodes {

    static final Map<String, Translation> ALL = Map.of(
            "aten::to.dtype", Translation::same,
            "aten::to.device", Translation::same,
            "aten::contiguous", Translation::same,
            "aten::clone", Translation::same,
            "aten::detach", Translation::same);

    private ConversionNodes() {}
}
