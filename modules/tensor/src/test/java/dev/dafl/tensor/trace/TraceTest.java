package dev.dafl.tensor.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.NoLeaks;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Parameters;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class TraceTest {

    @Test
    void aNetworkIsItsOperatorsAndItsParametersByName() {
        traced(
                path -> {
                    Conv2d conv = Conv2d.of(path.sub("conv"), 1, 4, 3);
                    BatchNorm2d norm = BatchNorm2d.of(path.sub("norm"), 4);
                    return (x, pass) ->
                            norm.forward(conv.forward(x, pass), pass).relu().flatten(1);
                },
                trace -> {
                    assertEquals(
                            List.of("aten::conv2d", "aten::batch_norm", "aten::relu", "aten::flatten.using_ints"),
                            operators(trace));
                    assertEquals(
                            List.of(
                                    "conv.weight",
                                    "conv.bias",
                                    "norm.weight",
                                    "norm.bias",
                                    "norm.running_mean",
                                    "norm.running_var"),
                            trace.stored().stream()
                                    .map(value -> value.name().orElseThrow())
                                    .toList());
                    Step conv = trace.steps().getFirst();
                    assertSame(trace.input(), conv.value(0));
                    assertSame(trace.stored().get(0), conv.value(1));
                    assertArrayEquals(new long[] {1, 1}, conv.wholes(3));
                    assertEquals(1, conv.whole(6));
                    assertEquals(
                            List.of(Size.BATCH, Size.of(1), Size.of(6), Size.of(5)),
                            conv.value(0).shape());
                    assertEquals(1e-5, trace.steps().get(1).real(7));
                    assertEquals(
                            List.of(Size.BATCH, Size.of(48)), trace.output().shape());
                });
    }

    @Test
    void whatDoesNotDependOnTheInputIsComputedOnce() {
        traced(
                path -> {
                    Tensor weight = path.parameter("weight", Initializer.constant(3), 5);
                    return (x, _) -> {
                        x.sin(); // leads to nothing
                        return x.mul(weight.square().add(1));
                    };
                },
                trace -> {
                    assertEquals(List.of("aten::mul.Tensor"), operators(trace));
                    Value.Stored factor = trace.stored().getFirst();
                    assertEquals(Optional.empty(), factor.name());
                    assertArrayEquals(
                            new float[] {10, 10, 10, 10, 10}, factor.content().toFloats());
                });
    }

    @Test
    void numbersThatGrowWithTheBatchAreToldFromThoseThatDoNot() {
        traced(
                _ -> (x, _) -> x.view(x.size(0) * 2, -1)
                        .narrow(0, 0, 2 * x.size(0) - 1)
                        .narrow(1, 1, 3),
                trace -> {
                    assertEquals(
                            List.of(new Size(0, 2), Size.of(-1)),
                            trace.steps().get(0).sizes(1));
                    assertEquals(new Size(-1, 2), trace.steps().get(1).size(3));
                    assertEquals(3, trace.steps().get(2).whole(3));
                    assertEquals("2n + -1", trace.steps().get(1).size(3).toString());
                    assertEquals(
                            List.of(new Size(-1, 2), Size.of(3)), trace.output().shape());
                    assertThrows(
                            UntraceableException.class,
                            () -> trace.steps().get(1).whole(3));
                    assertThrows(
                            UntraceableException.class,
                            () -> trace.steps().get(1).real(3));
                });
    }

    @Test
    void aConstantThatGrowsWithTheBatchIsKeptOnce() {
        traced(_ -> (x, _) -> x.mul(Tensor.full(2, DType.FLOAT32, Device.CPU, x.size(0), 1, 6, 1)), trace -> {
            Value.Stored factor = trace.stored().getFirst();
            assertEquals(List.of(Size.BATCH, Size.of(1), Size.of(6), Size.of(1)), factor.shape());
            assertArrayEquals(new long[] {1, 1, 6, 1}, factor.content().shape());
        });
    }

    @Test
    void anOperatorWithNothingToDoGivesWhatItGot() {
        traced(_ -> (x, _) -> x.to(DType.FLOAT32).contiguous(MemoryFormat.CONTIGUOUS), trace -> {
            assertEquals(List.of("aten::to.dtype", "aten::contiguous"), operators(trace));
            assertSame(trace.input(), trace.output());
        });
    }

    @Test
    void whatIsMadeInPlaceIsSeenAsMadeAnew() {
        traced(
                path -> {
                    BatchNorm2d norm = BatchNorm2d.of(path.sub("norm"), 1);
                    Tensor bias = path.parameter("bias", Initializer.constant(1), 1);
                    return (x, pass) ->
                            norm.forwardLeakyRelu(x, bias, 0.2, pass).add(x);
                },
                trace -> {
                    assertEquals(
                            List.of("aten::sub.Tensor", "aten::batch_norm", "aten::leaky_relu_", "aten::sub.Tensor"),
                            operators(trace));
                    assertSame(
                            trace.steps().get(1).result(), trace.steps().get(2).value(0));
                    assertSame(
                            trace.steps().get(2).result(), trace.steps().get(3).value(0));
                });
    }

    @Test
    void aNetworkInBfloat16IsTracedInFloat32() {
        try (TensorScope _ = TensorScope.open();
                Network network = build(path -> {
                    Conv2d conv = Conv2d.of(path.sub("conv"), 1, 4, 3);
                    return conv::forward;
                });
                Trace trace = Trace.of(network.inBfloat16(), 1, 6, 5)) {
            assertEquals(List.of("aten::conv2d"), operators(trace));
            assertEquals(DType.FLOAT32, trace.output().dtype());
        }
    }

    @Test
    void looksAtElementsAreRefused() {
        refused(
                _ -> (x, _) -> x.mean().item() > 0 ? x.neg() : x,
                "it looks at the elements of float32[], which follow from the images");
        refused(_ -> (x, _) -> Tensor.of(x.toFloats(), x.shape()), "it looks at the elements of float32[2, 1, 6, 5]");
    }

    @Test
    void elementsOfParametersMayBeLookedAt() {
        traced(
                path -> {
                    Tensor weight = path.parameter("weight", Initializer.constant(3), 1);
                    return (x, _) -> x.mul(weight.item());
                },
                trace -> assertEquals(List.of("aten::mul.Tensor"), operators(trace)));
    }

    @Test
    void randomNumbersAreRefused() {
        RandomStream random = new RandomStream(1);
        long[] draws = {0};
        refused(
                _ -> (x, _) -> x.add(Initializer.normal(0, 1).values(new long[] {5}, random.at("noise", draws[0]++))),
                "a tensor of float32[5] does not follow from the images and yet changes from pass to pass");
    }

    @Test
    void imagesThatAreTreatedDifferentlyAreRefused() {
        refused(
                _ -> (x, _) -> {
                    float[] factors = new float[(int) x.size(0)];
                    factors[0] = 1;
                    return x.mul(Tensor.of(factors, x.size(0), 1, 1, 1));
                },
                "grows with the number of images and differs along it");
    }

    @Test
    void whatIsComputedOnAnotherThreadIsRefused() {
        refused(
                _ -> (x, _) -> {
                    AtomicReference<Tensor> result = new AtomicReference<>();
                    TensorScope kept = TensorScope.detached();
                    Thread thread = new Thread(() -> {
                        try (TensorScope _ = TensorScope.open()) {
                            result.set(x.square().moveTo(kept));
                        }
                    });
                    thread.start();
                    try {
                        thread.join();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    try (kept) {
                        return x.mul(result.get());
                    }
                },
                "and differs along it");
    }

    @Test
    void otherOperatorsForOtherBatchesAreRefused() {
        refused(_ -> (x, _) -> x.size(0) == 3 ? x.neg() : x.abs(), "it does other things with a batch of other images");
        refused(_ -> (x, _) -> x.mul(1.0 / x.size(0)), "changes from pass to pass");
        refused(_ -> (x, _) -> x.repeat(1, x.size(0) * x.size(0), 1, 1), "which does not grow evenly");
    }

    @Test
    void memoryThatIsReadAndChangedIsRefused() {
        refused(
                path -> {
                    Tensor state = path.buffer("state", 1, 5);
                    return (x, _) -> {
                        Tensor result = x.mul(state);
                        state.copy_(result.mean(false, 0, 1, 2));
                        return result;
                    };
                },
                "it changes the memory of float32[5] in place and reads it before or after");
        refused(
                _ -> (x, _) -> {
                    Tensor y = x.neg();
                    Tensor part = y.narrow(3, 0, 2);
                    y.zero_();
                    return part.add(1);
                },
                "it changes the memory of float32[2, 1, 6, 2] in place");
    }

    @Test
    void anOutputWithoutTheInputIsRefused() {
        refused(
                _ -> (_, _) -> Tensor.ones(DType.FLOAT32, Device.CPU, 3, 2).mul(3),
                "what it gives does not depend on what it gets");
    }

    @Test
    void whatIsRefusedLateLeavesNothing() {
        refused(
                _ -> (x, _) -> x.mul(Tensor.full(2, DType.FLOAT32, Device.CPU, x.size(0), 1, 6, 1))
                        .mul(1.0 / x.size(0)),
                "changes from pass to pass");
    }

    @Test
    void theFailureOfALayerComesThroughAndLeavesNothing() {
        try (TensorScope _ = TensorScope.open();
                Network network = build(_ -> (x, _) -> {
                    x.neg();
                    throw new IllegalStateException("no more");
                })) {
            assertThrows(IllegalStateException.class, () -> Trace.of(network, 1, 6, 5));
            assertTrue(operatorsOf(network, 4).isEmpty());
        }
    }

    private static List<String> operatorsOf(Network network, int size) {
        try (Trace trace = Trace.of(network, size)) {
            return operators(trace);
        } catch (IllegalStateException e) {
            return List.of();
        }
    }

    private static List<String> operators(Trace trace) {
        return trace.steps().stream().map(Step::operator).toList();
    }

    private static Network build(Function<ParameterPath, Layer> layer) {
        return Network.build(new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(1)), layer);
    }

    private static void traced(Function<ParameterPath, Layer> layer, Consumer<Trace> check) {
        try (TensorScope _ = TensorScope.open();
                Network network = build(layer);
                Trace trace = Trace.of(network, 1, 6, 5)) {
            check.accept(trace);
        }
    }

    private static void refused(Function<ParameterPath, Layer> layer, String reason) {
        try (TensorScope _ = TensorScope.open();
                Network network = build(layer)) {
            String message = assertThrows(
                            UntraceableException.class,
                            () -> Trace.of(network, 1, 6, 5).close())
                    .getMessage();
            assertTrue(message.contains(reason), message);
        }
    }
}
