package dev.dafl.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.libtorch.LibtorchException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NoLeaks.class)
class TensorTest {

    private TensorScope scope;

    @BeforeEach
    void open() {
        scope = TensorScope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            // Of wide unsigned ones libtorch makes no maximum.
            names = {"BOOL", "UINT16", "UINT32", "UINT64"},
            mode = EnumSource.Mode.EXCLUDE)
    void everyTypeHoldsSmallNumbersAndGivesThemBack(DType dtype) {
        Tensor tensor = Tensor.of(new float[] {0, 1, 2, 100}, 2, 2).to(dtype);
        assertEquals(dtype, tensor.dtype());
        assertArrayEquals(new float[] {0, 1, 2, 100}, tensor.toFloats());
        assertEquals(4 * dtype.bytes(), tensor.toBytes().length);
        assertEquals(100, tensor.max().item());
        assertEquals(7, Tensor.full(7, dtype, Device.CPU, 3).select(0, 2).item());
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16", "INT64", "UINT8"})
    void whatIsWrittenIsRead(DType dtype) throws IOException {
        // More than a slice.
        float[] numbers = new float[(1 << 20) + 7];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i % 100;
        }
        Tensor tensor = Tensor.of(numbers, numbers.length).to(dtype);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        tensor.writeTo(out);
        out.write(42);
        ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());
        Tensor read = Tensor.of(in, dtype, numbers.length);
        assertArrayEquals(tensor.toBytes(), read.toBytes());
        assertEquals(42, in.read());
        assertEquals(0, Tensor.of(in, dtype, 0, 3).numel());
        String message = assertThrows(
                        EOFException.class,
                        () -> Tensor.of(new ByteArrayInputStream(new byte[15]), DType.FLOAT32, 2, 2))
                .getMessage();
        assertEquals("the stream ends before the 16 bytes of float32[2, 2] are there", message);
    }

    @Test
    void aChannelsLastTensorIsReadInTheOrderOfItsShape() {
        Tensor image =
                Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 1, 2, 2, 2).contiguous(MemoryFormat.CHANNELS_LAST);
        assertArrayEquals(new long[] {8, 1, 4, 2}, image.strides());
        assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, image.toFloats());
    }

    @Test
    void aSumKeepsTheMemoryFormatOfImages() {
        Tensor image = Tensor.ones(DType.FLOAT32, Device.CPU, 2, 3, 4, 4).contiguous(MemoryFormat.CHANNELS_LAST);
        assertArrayEquals(image.strides(), image.add(image).strides());
    }

    @Test
    void anOperatorThatLibtorchRefusesNamesItselfAndTheShapes() {
        Tensor a = Tensor.ones(DType.FLOAT32, Device.CPU, 2, 3);
        LibtorchException e = assertThrows(LibtorchException.class, () -> a.mm(a));
        assertTrue(e.getMessage().contains("aten::mm(float32[2, 3], float32[2, 3])"), e.getMessage());
    }

    @Test
    void aFreedTensorCannotBeUsed() {
        Tensor a = Tensor.ones(DType.FLOAT32, Device.CPU, 2);
        a.close();
        a.close();
        assertTrue(a.isClosed());
        assertThrows(IllegalStateException.class, a::relu);
        assertEquals("freed tensor", a.toString());
    }

    @Test
    void valuesMustFillTheShape() {
        assertThrows(IllegalArgumentException.class, () -> Tensor.of(new float[3], 2, 2));
        assertThrows(IllegalArgumentException.class, () -> Tensor.empty(DType.FLOAT32, Device.CPU, -1));
    }

    @Test
    void shapesThatDoNotBroadcastAreToldWithTheOperator() {
        String message = assertThrows(
                        LibtorchException.class,
                        () -> Tensor.of(new float[2], 2).add(Tensor.of(new float[3], 3)))
                .getMessage();
        assertTrue(message.startsWith("aten::sub.Tensor(float32[2], float32[3], -1.0): "), message);
    }

    @Test
    void whatIsThereAlreadyIsNotCopied() {
        Tensor made = Tensor.of(new float[] {1, 2, 3}, 3);
        for (Tensor tensor : List.of(made, made.mul(made), made.narrow(0, 1, 2))) {
            tensor.to(Device.CPU)
                    .to(tensor.dtype())
                    .contiguous(MemoryFormat.CONTIGUOUS)
                    .zero_();
            assertEquals(0, tensor.max().item());
        }
        assertArrayEquals(new float[3], made.toFloats());
    }

    @Test
    void emptyTensorsAreTensors() {
        Tensor empty = Tensor.of(new float[0], 0, 3);
        assertEquals(0, empty.numel());
        assertArrayEquals(new float[0], empty.relu().toFloats());
    }

    @Test
    void gradientsAddUpUntilTheyAreTaken() {
        Tensor x = Tensor.of(new float[] {3}, 1).requiresGrad_(true);
        x.square().sum().backward();
        x.square().sum().backward();
        assertEquals(12, x.grad().orElseThrow().item());
        assertEquals(12, x.takeGrad().orElseThrow().item());
        assertTrue(x.grad().isEmpty());
        assertTrue(x.takeGrad().isEmpty());
        x.square().sum().backward();
        assertEquals(6, x.takeGrad().orElseThrow().item());
    }

    @Test
    void backwardReachesOnlyTheNamedLeaves() {
        Tensor x = Tensor.of(new float[] {3}, 1).requiresGrad_(true);
        Tensor y = Tensor.of(new float[] {5}, 1).requiresGrad_(true);
        x.mul(y).sum().backward(List.of(y));
        assertEquals(3, y.takeGrad().orElseThrow().item());
        assertTrue(x.takeGrad().isEmpty());
    }

    @Test
    void withoutGradModeNothingIsRecorded() {
        Tensor x = Tensor.of(new float[] {3}, 1).requiresGrad_(true);
        Tensor y;
        try (GradMode _ = GradMode.disabled()) {
            y = x.square().sum();
        }
        assertThrows(LibtorchException.class, y::backward);
        assertThrows(LibtorchException.class, () -> x.detach().square().sum().backward());
    }

    @Test
    void autocastShortensProductsAndNothingElse() {
        Tensor x = Tensor.ones(DType.FLOAT32, Device.CPU, 4, 4);
        try (Autocast _ = Autocast.bfloat16(Device.Type.CPU)) {
            assertEquals(DType.BFLOAT16, x.mm(x).dtype());
            assertEquals(DType.FLOAT32, x.add(x).dtype());
            assertEquals(DType.FLOAT32, x.exp().dtype());
        }
        assertEquals(DType.FLOAT32, x.mm(x).dtype());
        assertFalse(x.isClosed());
    }
}
