package dev.dafl.engine.plugins;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Pass.Recorded;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.LongStream;

/** What a network costs, counted by running one image through it. */
public final class NetworkSize {

    private NetworkSize() {}

    /**
     * Products that a network adds up for one input, in evaluation.
     *
     * @param input the shape of one
     */
    public static long multiplyAdds(Network network, long... input) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            long[] batch =
                    LongStream.concat(LongStream.of(1), Arrays.stream(input)).toArray();
            Pass pass = Pass.evaluate().recording(Set.of(Recorded.MULTIPLY_ADDS));
            network.forward(Tensor.zeros(DType.FLOAT32, network.parameters().device(), batch), pass);
            return pass.multiplyAdds();
        }
    }
}
