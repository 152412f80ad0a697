package dev.dafl.plugins.adversarial;

import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Functional.Reduction;
import dev.dafl.tensor.Tensor;

/** How far student and teacher are apart. With p = softmax(t / T), q = softmax(s / T) and means over the n images. */
public enum Form {
    /**
     * -T^2 mean KL(p || q): Micaelli and Storkey, <i>Zero-shot Knowledge Transfer via Adversarial Belief Matching</i> (2019);
     * Choi et al., <i>Data-Free Network Quantization With Adversarial Knowledge Distillation</i> (2020). T is 1.
     */
    KL(1) {
        @Override
        Tensor loss(Tensor student, Tensor teacher, double temperature) {
            return divergences(student, teacher, temperature).mean().mul(-temperature * temperature);
        }
    },
    /** -mean |s - t| over all logits: Fang et al., <i>Data-Free Adversarial Distillation</i> (2019), equation 3. */
    L1(1) {
        @Override
        Tensor loss(Tensor student, Tensor teacher, double temperature) {
            return Functional.l1Loss(student, teacher, Reduction.MEAN).neg();
        }
    },
    /**
     * As {@link #KL}, and images on which the two already decide for different classes count as 0 in the mean: Fang et al.,
     * <i>Contrastive Model Inversion for Data-Free Knowledge Distillation</i> (2021). T is 1.
     */
    MASKED(1) {
        @Override
        Tensor loss(Tensor student, Tensor teacher, double temperature) {
            Tensor agree = student.argmax(1).eq(teacher.argmax(1)).to(teacher.dtype());
            return divergences(student, teacher, temperature).mul(agree).mean().mul(-temperature * temperature);
        }
    },
    /**
     * 1 - JS(p, q), cut off below 0 and above 1: Yin et al., <i>Dreaming to Distill</i> (2020). JS is
     * (KL(p || m) + KL(q || m)) / 2 with m = (p + q) / 2 and the natural logarithm, and probabilities are cut off below 0.01
     * and above 0.99 before. T is 3. The authors' code has the divergences of m from p and q instead, which are near.
     */
    JS(3) {
        @Override
        Tensor loss(Tensor student, Tensor teacher, double temperature) {
            Tensor p = teacher.div(temperature).softmax(1).clamp(LEAST, MOST);
            Tensor q = student.div(temperature).softmax(1).clamp(LEAST, MOST);
            Tensor middle = p.add(q).div(2).log();
            Tensor divergence = p.mul(p.log().sub(middle))
                    .add(q.mul(q.log().sub(middle)))
                    .sum(false, 1)
                    .mean()
                    .div(2);
            return divergence.clamp(0, 1).neg().add(1);
        }
    };

    private static final double LEAST = 0.01;
    private static final double MOST = 0.99;

    private final double temperature;

    Form(double temperature) {
        this.temperature = temperature;
    }

    /** Where none is given. */
    double temperature() {
        return temperature;
    }

    /**
     * The smaller, the further apart.
     *
     * @param student logits, {@code [n, k]}
     * @param teacher logits, {@code [n, k]}
     * @return one number without dimensions
     */
    abstract Tensor loss(Tensor student, Tensor teacher, double temperature);

    /** KL(p || q) of each image, {@code [n]}. */
    private static Tensor divergences(Tensor student, Tensor teacher, double temperature) {
        Tensor logP = teacher.div(temperature).logSoftmax(1);
        Tensor logQ = student.div(temperature).logSoftmax(1);
        return logP.exp().mul(logP.sub(logQ)).sum(false, 1);
    }
}
