package dev.dafl.engine.config;

/**
 * The student.
 *
 * @param model the plugin
 * @param optimizer Adam with learning rate 0.002
 */
public record StudentConfig(Component model, OptimizerConfig optimizer) {

    public StudentConfig {
        Require.present(model, "student.model", "model: lenet5-half");
        optimizer = optimizer == null ? OptimizerConfig.adam(0.002) : optimizer;
    }
}
