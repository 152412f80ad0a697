package dev.dafl.onnx.graph;

import dev.dafl.onnx.proto.AttributeProto;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What names mean where a node stands: in the model's graph they are themselves; in a function they are the caller's values,
 * or values of this one call.
 *
 * @param call the number of the call of the function; 0 in the model's graph
 * @param names the caller's values, by the function's names for them
 * @param attributes those of the call, and the function's where it leaves them out
 * @param opsets versions by domain
 * @param depth how many calls deep
 */
record Scope(
        int call,
        Map<String, String> names,
        Map<String, AttributeProto> attributes,
        Map<String, Integer> opsets,
        int depth) {

    static Scope ofModel(Map<String, Integer> opsets) {
        return new Scope(0, Map.of(), Map.of(), opsets, 0);
    }

    /** @param own versions that the function names itself */
    Scope inside(
            int call, Map<String, String> names, Map<String, AttributeProto> attributes, Map<String, Integer> own) {
        Map<String, Integer> versions = new HashMap<>(opsets);
        versions.putAll(own);
        return new Scope(call, names, attributes, versions, depth + 1);
    }

    String value(String name) {
        if (call == 0 || name.isEmpty()) {
            return name;
        }
        String known = names.get(name);
        return known != null ? known : "call " + call + ": " + name;
    }

    int opset(String domain) {
        return opsets.getOrDefault(domain, 1);
    }

    /** The attribute itself, or that of the call which it stands for; empty where the call leaves that out. */
    Optional<AttributeProto> attribute(AttributeProto written) {
        return written.getRefAttrName().isEmpty()
                ? Optional.of(written)
                : Optional.ofNullable(attributes.get(written.getRefAttrName()));
    }
}
