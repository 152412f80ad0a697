package dev.dafl.plugins.losses;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.LossTerm;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Values and gradients by PyTorch 2.13.0 on the same logits and features: F.cross_entropy(y, y.argmax(1)), then with
 * p = F.softmax(y, 1).mean(0) (p * log10(p)).sum() and (p * log(p)).sum(), then -f.abs().mean() and
 * -f.abs().sum(1).mean().
 */
class LossTermsTest {

    private TensorScope scope;
    private Tensor logits;
    private Tensor features;

    @BeforeEach
    void open() {
        scope = TensorScope.open();
        logits = Tensor.of(new float[] {2, -1, 0.5f, 0.1f, 0.2f, 0.3f, -3, 4, 1, 1.5f, 1.4f, -2}, 4, 3)
                .requiresGrad_(true);
        features = Tensor.of(new float[] {1, -2, 0, 3.5f, -0.5f, 0.25f, 4, 0}, 4, 2)
                .requiresGrad_(true);
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void oneHotIsPyTorchs() {
        assertLoss(
                new OneHot(),
                new OneHot().defaults(),
                0.4882087707519531,
                logits,
                -0.05360074f,
                0.00977814f,
                0.0438226f,
                0.0751524f,
                0.08305624f,
                -0.15820865f,
                0.00021697f,
                -0.01206313f,
                0.01184618f,
                -0.12080336f,
                0.11690196f,
                0.0039014f);
    }

    @Test
    void informationEntropyIsPyTorchs() {
        InformationEntropy term = new InformationEntropy();
        assertLoss(
                term,
                term.defaults(),
                -0.43950986862182617,
                logits,
                0.01419812f,
                0.00117481f,
                -0.01537293f,
                0.0104797f,
                0.01555647f,
                -0.02603617f,
                -5.53e-06f,
                0.00531959f,
                -0.00531406f,
                -0.00203801f,
                0.0037502f,
                -0.00171219f);
        double natural =
                term.compute(batch(), new InformationEntropy.Options(Math.E)).item();
        assertEquals(-0.43950986862182617 * Math.log(10), natural, 1e-6);
    }

    @Test
    void informationEntropyIsSmallestWhereAllClassesAreMadeEquallyOften() {
        InformationEntropy term = new InformationEntropy();
        logits = Tensor.of(new float[] {50, 0, 0, 0, 50, 0, 0, 0, 50}, 3, 3);
        assertEquals(-Math.log10(3), term.compute(batch(), term.defaults()).item(), 1e-6);
        logits = Tensor.of(new float[] {5000, 0, 0, 5000, 0, 0}, 2, 3).requiresGrad_(true);
        Tensor oneClass = term.compute(batch(), term.defaults());
        assertEquals(0, oneClass.item(), 1e-6);
        oneClass.backward();
        assertTrue(logits.takeGrad().orElseThrow().isfinite().all().item() != 0, "a class that is never made");
    }

    @Test
    void activationIsPyTorchs() {
        Activation term = new Activation();
        assertLoss(term, term.defaults(), -1.40625, features, -0.125f, 0.125f, 0, -0.125f, 0.125f, -0.125f, -0.125f, 0);
        assertLoss(
                term,
                new Activation.Options(Activation.Over.SUM),
                -2.8125,
                features,
                -0.25f,
                0.25f,
                0,
                -0.25f,
                0.25f,
                -0.25f,
                -0.25f,
                0);
    }

    @Test
    void aBaseThatIsNoneIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new InformationEntropy.Options(1));
        assertThrows(IllegalArgumentException.class, () -> new InformationEntropy.Options(Double.NaN));
    }

    private <O extends Record> void assertLoss(
            LossTerm<O> term, O options, double value, Tensor leaf, float... gradient) {
        Tensor loss = term.compute(batch(), options);
        assertEquals(0, loss.dim());
        assertEquals(DType.FLOAT32, loss.dtype());
        assertEquals(value, loss.item(), 1e-6);
        loss.backward();
        assertArrayEquals(gradient, leaf.takeGrad().orElseThrow().toFloats(), 1e-7f);
    }

    private GeneratedBatch batch() {
        Tensor images = Tensor.zeros(DType.FLOAT32, Device.CPU, logits.size(0), 1, 2, 2);
        return GeneratedBatch.of(images, logits, Normalization.grey(0.5, 0.5))
                .teacherFeatures(features)
                .build();
    }
}
