package @package@;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.DistillationLoss;
import dev.dafl.tensor.Tensor;

/** The squared distance of the student's softened probabilities from the teacher's, T^2 ||softmax(y_S / T) - softmax(y_T / T)||^2. */
@ServiceProvider(DistillationLoss.class)
public final class @Class@ implements DistillationLoss<@Class@.Options> {

    /** @param temperature T, above 0; the higher, the more the small probabilities count */
    public record Options(double temperature) {

        public Options {
            if (!(temperature > 0) || Double.isInfinite(temperature)) {
                throw new IllegalArgumentException("temperature must be above 0, not " + temperature);
            }
        }
    }

    @Override
    public String name() {
        return "@name@";
    }

    @Override
    public String description() {
        return "squared distance of the student's softened probabilities from the teacher's";
    }

    @Override
    public Options defaults() {
        return new Options(1);
    }

    @Override
    public Tensor compute(DistillationBatch batch, Options options) {
        double temperature = options.temperature();
        Tensor student = batch.studentLogits().div(temperature).softmax(1); // [n, classes]
        Tensor teacher = batch.teacherLogits().div(temperature).softmax(1); // no gradients flow here
        return student.sub(teacher).square().sum(false, 1).mean().mul(temperature * temperature);
    }
}
