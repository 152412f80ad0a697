package dev.dafl.engine.tracking;

import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunEvent.Phase;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.run.StepValues;
import dev.dafl.tensor.files.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Event files for TensorBoard in the run folder: {@code tensorboard/teacher} and {@code tensorboard/distillation}. They are two
 * of TensorBoard's runs because each counts its own steps, and because what is taken back when a run is resumed is taken back
 * from all curves of one. Each process writes files of its own, which begin with the step that it goes on from: TensorBoard
 * forgets what a killed process has told of that step and those behind it.
 *
 * <p>A run is not lost for want of them: where they cannot be written there is one warning, and no more of them.
 */
final class TensorBoardFiles implements Tracker {

    private static final Logger LOG = LoggerFactory.getLogger(TensorBoardFiles.class);
    private static final List<Artefact> PICTURES = List.of(Artefact.GENERATED, Artefact.CLASS_MEANS, Artefact.FILTERS);

    private final Path folder;
    private final ExperimentConfig config;
    private final DoubleSupplier seconds;
    private final DoubleSupplier wallTime;
    private final Map<Phase, Long> done = new EnumMap<>(Phase.class);
    private final Map<Phase, Part> parts = new EnumMap<>(Phase.class);
    private boolean failed;

    /**
     * @param folder of the run
     * @param config as it is run
     * @param seconds since the beginning of the run
     * @param wallTime seconds since 1970
     */
    TensorBoardFiles(Path folder, ExperimentConfig config, DoubleSupplier seconds, DoubleSupplier wallTime) {
        this.folder = folder;
        this.config = config;
        this.seconds = seconds;
        this.wallTime = wallTime;
    }

    /** The files of a phase. */
    private record Part(EventFile file, Onwards onwards) {}

    @Override
    public void on(RunEvent event) {
        if (failed) {
            return;
        }
        try {
            write(event);
        } catch (IOException | RuntimeException e) {
            failed = true;
            String reason = e instanceof IOException io ? Reason.of(io) : e.toString();
            LOG.warn("the run tells TensorBoard no more: cannot write its files in {}: {}", folder, reason);
        }
    }

    private void write(RunEvent event) throws IOException {
        if (event instanceof RunEvent.Resumed resumed) {
            done.put(resumed.phase(), resumed.step());
        } else if (event instanceof RunEvent.Finished finished) {
            finish(finished.result());
        }
        Optional<StepValues> values = StepValues.of(event, seconds.getAsDouble());
        if (values.isPresent()) {
            write(values.get());
        }
    }

    private void write(StepValues values) throws IOException {
        Part part = part(values.phase());
        if (part.onwards().passes(values)) {
            part.file().write(EventRecord.scalars(wallTime.getAsDouble(), values.step(), values.values()));
        }
    }

    private Part part(Phase phase) throws IOException {
        Part known = parts.get(phase);
        if (known != null) {
            return known;
        }
        Optional<Long> before = Optional.ofNullable(done.get(phase));
        Part opened =
                new Part(EventFile.next(Artefact.events(folder, phase)), new Onwards(Map.of(), before.orElse(0L)));
        parts.put(phase, opened);
        opened.file().write(EventRecord.version(wallTime.getAsDouble()));
        opened.file()
                .write(EventRecord.start(
                        wallTime.getAsDouble(), before.map(step -> step + 1).orElse(0L)));
        if (before.isEmpty()) {
            opened.file().write(EventRecord.text(wallTime.getAsDouble(), 0, "configuration", Markdown.of(config)));
        }
        return opened;
    }

    private void finish(RunResult result) throws IOException {
        Phase phase = config.student().isPresent() ? Phase.DISTILLATION : Phase.TEACHER;
        long step = result.student().map(RunResult.Student::steps).orElse(0L);
        EventFile file = part(phase).file();
        for (Artefact picture : PICTURES) {
            Path png = picture.in(folder);
            if (Files.isRegularFile(png)) {
                String tag = picture.file().replace(".png", "");
                file.write(EventRecord.image(wallTime.getAsDouble(), step, tag, Files.readAllBytes(png)));
            }
        }
        file.write(EventRecord.text(wallTime.getAsDouble(), step, "result", Markdown.of(result)));
        Optional<StepValues> values = StepValues.of(result);
        if (values.isPresent()) {
            write(values.get());
        }
    }

    @Override
    public void close() {
        for (Part part : parts.values()) {
            try {
                part.file().close();
            } catch (IOException e) {
                LOG.debug("an event file in {}", folder, e);
            }
        }
    }
}
