package dev.dafl.tensor.trace;

import dev.dafl.tensor.OperatorLog;
import dev.dafl.tensor.OperatorLog.Call;
import dev.dafl.tensor.OperatorLog.Entry;
import dev.dafl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which tensors are not what they were, since an operator has changed their memory in place: the tensor that it changed, and
 * all others that share memory with it.
 */
final class Memory {

    /** By tensor, the entry from which on it is another. */
    private final Map<Tensor, Integer> changed = new IdentityHashMap<>();

    Memory(List<Entry> entries) {
        Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < entries.size(); i++) {
            if (!(entries.get(i) instanceof Call call)) {
                continue;
            }
            seen.addAll(call.tensors());
            if (call.inPlace() && !call.tensors().isEmpty()) {
                Tensor target = call.tensors().getFirst();
                for (Tensor other : new ArrayList<>(seen)) {
                    if (other == target || OperatorLog.overlap(other, target)) {
                        changed.putIfAbsent(other, i);
                    }
                }
            }
            seen.addAll(call.results());
        }
    }

    /**
     * Notes that an entry reads a tensor.
     *
     * @throws UntraceableException when it reads something else than what the graph would have there
     */
    void use(int entry, Tensor tensor, Set<Tensor> computed) {
        Integer change = changed.get(tensor);
        // What is computed may change afterwards; what is stored is read at the end, when it would be too late.
        if (change != null && (change < entry || !computed.contains(tensor))) {
            throw new UntraceableException("it changes the memory of " + tensor
                    + " in place and reads it before or after, so that one pass may" + " depend on another");
        }
    }
}
