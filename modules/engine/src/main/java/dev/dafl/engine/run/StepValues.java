package dev.dafl.engine.run;

import dev.dafl.engine.run.RunEvent.Phase;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Numbers of a step of a run, as those who draw curves take them, whether they come from an event or from a line on disk.
 *
 * @param kind what tells them; of a training step the name of its phase
 * @param phase that they are drawn with, since each phase counts its own steps
 * @param step from 1; 0 for what is of the whole phase
 * @param seconds since the beginning of the run
 * @param values by their keys, such as {@code loss/one-hot}, in the order of telling
 */
public record StepValues(String kind, Phase phase, long step, double seconds, Map<String, Double> values) {

    /** Of a measurement on the test data. */
    private static final String ACCURACY = "accuracy/";

    /** What an event tells in numbers. */
    public static Optional<StepValues> of(RunEvent event, double seconds) {
        return switch (event) {
            case RunEvent.Progress p -> Optional.of(training(p.phase(), p.step(), seconds, p.metrics()));
            case RunEvent.Evaluated e -> Optional.of(measured(e.network(), e.step(), seconds, e.accuracy()));
            case RunEvent.Selected s -> Optional.of(selected(s.step(), seconds, s.agreement()));
            default -> Optional.empty();
        };
    }

    /** What a line of {@code metrics.jsonl} tells in numbers. */
    public static Optional<StepValues> of(MetricsLine line) {
        return switch (line) {
            case MetricsLine.Teacher t ->
                Optional.of(training(
                        Phase.TEACHER, t.step(), t.seconds(), t.metrics().toList()));
            case MetricsLine.Distillation d ->
                Optional.of(training(
                        Phase.DISTILLATION, d.step(), d.seconds(), d.metrics().toList()));
            case MetricsLine.Evaluation e -> Optional.of(measured(e.network(), e.step(), e.seconds(), e.accuracy()));
            case MetricsLine.Selection s -> Optional.of(selected(s.step(), s.seconds(), s.agreement()));
            case MetricsLine.Recovery _, MetricsLine.Restart _, MetricsLine.Other _ -> Optional.empty();
        };
    }

    /** What a run came to, at its last step; empty where it came to nothing. */
    public static Optional<StepValues> of(RunResult result) {
        Map<String, Double> values = new LinkedHashMap<>();
        result.teacher().flatMap(RunResult.Teacher::accuracy).ifPresent(a -> values.put("result/teacher-accuracy", a));
        result.student().ifPresent(student -> {
            student.accuracy().ifPresent(a -> values.put("result/student-accuracy", a));
            student.lastAccuracy().ifPresent(a -> values.put("result/student-last-accuracy", a));
            values.put("result/agreement", student.agreement());
            student.freshAgreement().ifPresent(a -> values.put("result/fresh-agreement", a));
        });
        return values.isEmpty()
                ? Optional.empty()
                : Optional.of(new StepValues(
                        "result",
                        result.config().student().isPresent() ? Phase.DISTILLATION : Phase.TEACHER,
                        result.student().map(RunResult.Student::steps).orElse(0L),
                        result.seconds().total(),
                        values));
    }

    private static StepValues training(Phase phase, long step, double seconds, List<Metric> metrics) {
        Map<String, Double> values = new LinkedHashMap<>();
        metrics.forEach(metric -> values.put(metric.key(), metric.value()));
        return new StepValues(phase.name(), phase, step, seconds, values);
    }

    private static StepValues measured(String network, long step, double seconds, double accuracy) {
        String key = ACCURACY + network;
        Phase phase = network.equals("teacher") ? Phase.TEACHER : Phase.DISTILLATION;
        return new StepValues(key, phase, step, seconds, Map.of(key, accuracy));
    }

    private static StepValues selected(long step, double seconds, double agreement) {
        String key = "selection/agreement";
        return new StepValues(key, Phase.DISTILLATION, step, seconds, Map.of(key, agreement));
    }
}
