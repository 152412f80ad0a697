package dev.dafl.plugins.tensorboard;

import dev.dafl.spi.Listener;
import java.io.IOException;
import java.nio.file.Files;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * The event files of a run: {@code tensorboard/teacher} and {@code tensorboard/distillation} in its folder. They are two of
 * TensorBoard's runs because each counts its own steps, and because what is taken back when a run is resumed is taken back from
 * all curves of one. Each process writes files of its own, which begin with the step that it goes on from: TensorBoard forgets
 * what a killed process has told of that step and those behind it.
 */
final class EventFiles implements Listener {

    private final Start run;
    private final boolean pictures;
    private final DoubleSupplier wallTime;
    private final Map<Phase, Part> parts = new EnumMap<>(Phase.class);

    /** @param wallTime seconds since 1970 */
    EventFiles(Start run, boolean pictures, DoubleSupplier wallTime) {
        this.run = run;
        this.pictures = pictures;
        this.wallTime = wallTime;
    }

    @Override
    public void numbers(Numbers numbers) throws IOException {
        Part part = part(numbers.phase());
        part.trained = Math.max(part.trained, numbers.step());
        part.write(numbers.step(), numbers.values());
    }

    @Override
    public void evaluated(Evaluation evaluation) throws IOException {
        part(evaluation.phase()).write(evaluation.step(), Map.of(evaluation.name(), evaluation.value()));
    }

    @Override
    public void pictured(Picture picture) throws IOException {
        if (pictures) {
            part(Phase.DISTILLATION)
                    .file
                    .write(EventRecord.image(
                            wallTime.getAsDouble(),
                            picture.step(),
                            picture.name(),
                            Files.readAllBytes(picture.file())));
        }
    }

    @Override
    public void ended(End end) throws IOException {
        Part part = part(end.phase());
        part.file.write(EventRecord.text(wallTime.getAsDouble(), end.step(), "result", end.summary()));
        if (!end.values().isEmpty()) {
            part.write(end.step(), end.values());
        }
    }

    @Override
    public void close() throws IOException {
        for (Part part : parts.values()) {
            part.file.close();
        }
    }

    private Part part(Phase phase) throws IOException {
        Part known = parts.get(phase);
        if (known != null) {
            return known;
        }
        long done = run.continued()
                .filter(place -> place.phase() == phase)
                .map(Place::step)
                .orElse(0L);
        EventFile file = EventFile.next(run.own().resolve(phase.name().toLowerCase(Locale.ROOT)));
        Part opened = new Part(file, done);
        parts.put(phase, opened);
        file.write(EventRecord.version(wallTime.getAsDouble()));
        file.write(EventRecord.start(wallTime.getAsDouble(), done == 0 ? 0 : done + 1));
        if (done == 0) {
            String yaml = "```yaml\n" + run.configuration().stripTrailing() + "\n```\n";
            file.write(EventRecord.text(wallTime.getAsDouble(), 0, "configuration", yaml));
        }
        return opened;
    }

    /** What is written of a phase. No curve runs back, as one does with a student that was measured long after its step. */
    private final class Part {

        private final EventFile file;
        private final long done;
        private final Map<String, Long> last = new HashMap<>();
        private long trained;

        /** @param done steps that an earlier process has told of */
        Part(EventFile file, long done) {
            this.file = file;
            this.done = done;
        }

        void write(long step, Map<String, Double> values) throws IOException {
            // Step 0 is of the whole phase.
            if (step != 0 && (step <= done || step < trained)) {
                return;
            }
            Map<String, Double> onwards = new LinkedHashMap<>(values);
            onwards.keySet()
                    .removeIf(name -> Optional.ofNullable(last.put(name, step)).orElse(-1L) >= step);
            if (!onwards.isEmpty()) {
                file.write(EventRecord.scalars(wallTime.getAsDouble(), step, onwards));
            }
        }
    }
}
