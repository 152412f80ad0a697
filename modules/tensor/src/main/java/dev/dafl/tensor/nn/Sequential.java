package dev.dafl.tensor.nn;

import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.List;

/**
 * Modules one after another; a batch norm right behind a convolution is asked to {@linkplain BatchNorm2d#forward(Conv2d, Tensor,
 * Pass) see to both}. What a module makes on its way is freed when it is done, and its result when the next one is: the graph holds
 * what a backward needs.
 *
 * @param modules the first sees the input
 */
public record Sequential(List<Layer> modules) implements Layer {

    public Sequential {
        modules = List.copyOf(modules);
    }

    public static Sequential of(Layer... modules) {
        return new Sequential(List.of(modules));
    }

    @Override
    public Tensor forward(Tensor input, Pass pass) {
        Tensor x = input;
        boolean madeHere = false;
        int done = 0;
        while (done < modules.size()) {
            Tensor next;
            boolean made;
            try (TensorScope scope = TensorScope.open()) {
                if (modules.get(done) instanceof Conv2d convolution
                        && done + 1 < modules.size()
                        && modules.get(done + 1) instanceof BatchNorm2d norm) {
                    next = norm.forward(convolution, x, pass);
                    done += 2;
                } else {
                    next = modules.get(done).forward(x, pass);
                    done++;
                }
                pass.recordedToOuter();
                made = scope.owns(next);
                next.toOuter();
            }
            if (next != x) {
                if (madeHere) {
                    x.close();
                }
                madeHere = made;
            }
            x = next;
        }
        return x;
    }
}
