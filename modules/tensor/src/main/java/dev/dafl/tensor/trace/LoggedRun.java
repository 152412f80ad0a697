package dev.dafl.tensor.trace;

import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.OperatorLog;
import dev.dafl.tensor.OperatorLog.Call;
import dev.dafl.tensor.OperatorLog.Entry;
import dev.dafl.tensor.OperatorLog.Look;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * One run of a network in evaluation, with what led from its input to its output.
 *
 * @param batch how many examples it was given
 * @param steps the calls that the output follows from and that depend on the input, in order
 * @param stored the parameters and buffers by their names
 * @param computed what depends on the input
 */
record LoggedRun(
        long batch,
        OperatorLog log,
        Tensor input,
        Tensor output,
        List<Call> steps,
        Map<String, Tensor> stored,
        Set<Tensor> computed)
        implements AutoCloseable {

    /** @throws UntraceableException when the calls do not say all that the output depends on */
    static LoggedRun of(Network network, long[] example, long batch) {
        OperatorLog log = OperatorLog.open();
        try {
            Map<String, Tensor> stored = new LinkedHashMap<>();
            network.parameters().stateDict().forEach((name, tensor) -> stored.put(name, log.own(tensor)));
            Tensor input;
            Tensor output;
            try (TensorScope _ = TensorScope.open();
                    GradMode _ = GradMode.disabled()) {
                long[] shape = LongStream.concat(LongStream.of(batch), LongStream.of(example))
                        .toArray();
                // Other numbers in each run: what does not change with them does not depend on them.
                Tensor examples = Initializer.normal(0, 1).values(shape, new RandomStream(batch).at("trace", 0));
                int before = log.entries().size();
                input = log.own(examples);
                output = log.own(network.inFloat32().forward(examples, Pass.evaluate()));
                log.stop();
                List<Entry> entries =
                        log.entries().subList(before, log.entries().size());
                Set<Tensor> computed = computed(input, entries);
                return new LoggedRun(batch, log, input, output, live(output, entries, computed), stored, computed);
            }
        } catch (Throwable e) {
            log.close();
            throw e;
        }
    }

    /** The tensors that depend on the input. */
    private static Set<Tensor> computed(Tensor input, List<Entry> entries) {
        Set<Tensor> computed = Collections.newSetFromMap(new IdentityHashMap<>());
        computed.add(input);
        for (Entry entry : entries) {
            switch (entry) {
                case Call call
                when call.tensors().stream().anyMatch(computed::contains) -> {
                    if (call.results().isEmpty()) {
                        throw new UntraceableException(
                                call.operator() + " gives no tensor: what it does cannot be told");
                    }
                    computed.addAll(call.results());
                }
                case Look(Tensor tensor)
                when computed.contains(tensor) ->
                    throw new UntraceableException("it looks at the elements of " + tensor
                            + ", which follow from the images, so that other images may go another way");
                default -> {}
            }
        }
        return computed;
    }

    private static List<Call> live(Tensor output, List<Entry> entries, Set<Tensor> computed) {
        Set<Tensor> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
        wanted.add(output);
        Memory memory = new Memory(entries);
        memory.use(entries.size(), output, computed);
        List<Call> live = new ArrayList<>();
        for (int i = entries.size() - 1; i >= 0; i--) {
            if (entries.get(i) instanceof Call call
                    && call.results().stream().anyMatch(wanted::contains)
                    && call.results().stream().anyMatch(computed::contains)) {
                live.add(call);
                for (Tensor tensor : call.tensors()) {
                    memory.use(i, tensor, computed);
                    wanted.add(tensor);
                }
            }
        }
        return live.reversed();
    }

    @Override
    public void close() {
        log.close();
    }
}
