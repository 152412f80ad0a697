package dev.dafl.engine.run;

import dev.dafl.engine.run.MatrixTable.Spread;
import java.util.OptionalDouble;
import org.apache.commons.numbers.gamma.RegularizedBeta;

/**
 * Welch's t-test: whether the means of two samples, whose variances may differ, are those of one population. Welch, The
 * generalization of Student's problem when several different population variances are involved, Biometrika 34 (1947).
 */
final class WelchTest {

    private WelchTest() {}

    /**
     * The two-sided p-value, 0 to 1: how likely means as far apart as these are, or farther, where there is no difference. Empty where
     * a sample has fewer than two values, or none of both varies, of which nothing can be said.
     */
    static OptionalDouble pValue(Spread a, Spread b) {
        if (a.count() < 2 || b.count() < 2) {
            return OptionalDouble.empty();
        }
        double ofA = a.std() * a.std() / a.count();
        double ofB = b.std() * b.std() / b.count();
        double both = ofA + ofB;
        if (!(both > 0)) {
            return OptionalDouble.empty();
        }
        double squaredT = (a.mean() - b.mean()) * (a.mean() - b.mean()) / both;
        double freedom = both * both / (ofA * ofA / (a.count() - 1) + ofB * ofB / (b.count() - 1));
        // Student's distribution by the incomplete beta function: DLMF 8.17.
        return OptionalDouble.of(RegularizedBeta.value(freedom / (freedom + squaredT), freedom / 2, 0.5));
    }
}
