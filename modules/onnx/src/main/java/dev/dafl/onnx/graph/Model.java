package dev.dafl.onnx.graph;

import dev.dafl.onnx.proto.ModelProto;
import dev.dafl.onnx.proto.OperatorSetIdProto;
import dev.dafl.onnx.proto.StringStringEntryProto;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A model's file, read and checked.
 *
 * @param graph with the model's functions in the places where they are called
 * @param metadata texts by key, {@code metadata_props}
 */
public record Model(Graph graph, Map<String, String> metadata) {

    /** Since this version broadcasting is as today's. */
    public static final int OLDEST_OPSET = 7;

    public static final int NEWEST_OPSET = 28;

    /** Of the first version with opset 7 or newer models in practice. */
    private static final int OLDEST_IR = 3;

    private static final int NEWEST_IR = 14;

    /**
     * @throws IOException when the file cannot be read; the message names it
     * @throws OnnxException when it is no sound model
     */
    public static Model read(Path file) throws IOException {
        ModelProto proto = ModelFile.read(file);
        if (!proto.hasGraph() || !proto.hasIrVersion()) {
            throw new OnnxException(ForeignModel.describe(file)
                    .orElse("it is not an ONNX model: it has no " + (proto.hasGraph() ? "version" : "graph")));
        }
        if (proto.getIrVersion() < OLDEST_IR || proto.getIrVersion() > NEWEST_IR) {
            throw new OnnxException("it is written in version " + proto.getIrVersion() + " of the format; " + OLDEST_IR
                    + " to " + NEWEST_IR + " are read");
        }
        Map<String, Integer> opsets = opsets(proto.getOpsetImportList());
        Integer opset = opsets.get("");
        if (opset == null || opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
            throw new OnnxException((opset == null ? "it names no opset" : "it uses opset " + opset) + "; "
                    + OLDEST_OPSET + " to " + NEWEST_OPSET + " are read: export the network again with opset_version=18"
                    + (opset != null && opset < OLDEST_OPSET ? ", or convert it with onnx.version_converter" : ""));
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        for (StringStringEntryProto entry : proto.getMetadataPropsList()) {
            metadata.put(entry.getKey(), entry.getValue());
        }
        return new Model(GraphReader.read(proto, opsets, new ModelFiles(file)), metadata);
    }

    /** Versions by domain; the empty one is ONNX's own. */
    static Map<String, Integer> opsets(Iterable<OperatorSetIdProto> imports) {
        Map<String, Integer> opsets = new HashMap<>();
        for (OperatorSetIdProto entry : imports) {
            opsets.put(domain(entry.getDomain()), Math.clamp(entry.getVersion(), -1, Integer.MAX_VALUE));
        }
        return opsets;
    }

    static String domain(String written) {
        return written.equals("ai.onnx") ? "" : written;
    }
}
