package dev.dafl.engine.run;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of a run. All that a run writes is one of these, a checkpoint, what becomes one of them, a file of a listener's in
 * that one's folder, one of TensorBoard's event files in theirs, or what its launcher keeps of its jobs.
 */
public enum Artefact {
    /** Everything decided: running it again gives the same bits. It is written first. */
    CONFIG("config.yaml"),
    METRICS("metrics.jsonl"),
    RESULT("result.json"),
    REPORT("report.html"),
    CONFUSION("confusion.json"),
    AGREEMENT("agreement.json"),
    GENERATED("generated.png"),
    CLASS_MEANS("class-means.png"),
    FILTERS("filters.png"),
    TEACHER("teacher.safetensors"),
    TEACHER_STATISTICS("teacher-statistics.safetensors"),
    STUDENT("student.safetensors"),
    GENERATOR("generator.safetensors"),
    /** What MLflow has been told, and as which run. */
    MLFLOW("mlflow.json"),
    /** Held by the process that writes the folder. */
    LOCK(".lock");

    /** The folder of TensorBoard's event files, which has a folder for each part of the run, and which people know. */
    private static final String TENSORBOARD = "tensorboard";

    /** The folder that has a folder for each listener that writes files. */
    private static final String LISTENERS = "listeners";

    private static final Pattern EVENTS = Pattern.compile("events\\.out\\.tfevents\\.\\d{10}\\.dafl");

    /** The folder of what a launcher keeps of a run's jobs. No run of a matrix has a name that begins so. */
    private static final String JOBS = "_jobs";

    private static final Pattern OF_JOBS =
            Pattern.compile("[A-Za-z0-9_-]{1,100}\\.(?:sh|log|events|yaml|json)(?:\\.tmp)?");

    private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-(\\d{6,12})-([0-9a-f]{16})\\.safetensors");
    private static final Pattern TEMPORARY = Pattern.compile("(?:\\.probe\\d+|checkpoint.*)\\.tmp");
    private static final Pattern BANK = Pattern.compile("bank-[A-Za-z0-9-]{1,100}\\.images");
    private static final Pattern GLIMPSE = Pattern.compile("images-(\\d{6,12})\\.png");
    private static final String UNFINISHED = ".tmp";

    private final String file;

    Artefact(String file) {
        this.file = file;
    }

    /** Its name in a run folder. */
    public String file() {
        return file;
    }

    /** Where it is in a run folder. */
    public Path in(Path folder) {
        return folder.resolve(file);
    }

    /** The folder of a listener. What is in it and in the folders right in it is the run's. */
    public static Path listener(Path folder, String name) {
        return name.equals(TENSORBOARD)
                ? folder.resolve(name)
                : folder.resolve(LISTENERS).resolve(name.replaceAll("[^A-Za-z0-9]+", "-"));
    }

    /** Where a launcher keeps what belongs to jobs: in the folder of their only run, or in that of their matrix. */
    public static Path jobs(Path folder) {
        return folder.resolve(JOBS);
    }

    /** Whether it is there before a run begins, since its launcher has put it there. */
    static boolean isOfALauncher(String name) {
        return name.equals(JOBS);
    }

    /** Whether a run makes such a folder in its own, whose path is relative to that. */
    static boolean isFolderOfARun(Path relative) {
        return relative.equals(Path.of(TENSORBOARD))
                || relative.equals(Path.of(JOBS))
                || isOfTensorBoard(relative)
                || (relative.startsWith(LISTENERS) && relative.getNameCount() <= 3);
    }

    /** Whether a run writes such a file, whose path is relative to the run folder. */
    static boolean isOfARun(Path relative) {
        Path folder = relative.getParent();
        String name = relative.getFileName().toString();
        if (folder == null) {
            return isOfARun(name);
        }
        if (folder.equals(Path.of(JOBS))) {
            return OF_JOBS.matcher(name).matches();
        }
        return isOfTensorBoard(folder)
                ? EVENTS.matcher(name).matches()
                : folder.startsWith(LISTENERS) && folder.getNameCount() > 1 && isFolderOfARun(folder);
    }

    private static boolean isOfTensorBoard(Path folder) {
        return Arrays.stream(RunEvent.Phase.values())
                .anyMatch(
                        phase -> folder.equals(Path.of(TENSORBOARD, phase.name().toLowerCase(Locale.ROOT))));
    }

    /** Where the picture of the images of a step, from 1, is. */
    public static Path glimpse(Path folder, long step) {
        return folder.resolve(String.format(Locale.ROOT, "images-%06d.png", step));
    }

    /** The step whose images a file of that name shows; empty for what is no such file. */
    public static OptionalLong glimpsed(String name) {
        var matcher = GLIMPSE.matcher(name);
        return matcher.matches() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
    }

    /** The name of the file in which a plugin keeps images, of which {@link #isBank} is true. */
    public static String bank(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9]+", "-");
        return "bank-" + plain.substring(0, Math.min(100, plain.length())) + ".images";
    }

    static boolean isBank(String name) {
        return BANK.matcher(name).matches();
    }

    /** The name of a checkpoint, of which {@link #isCheckpoint} is true. */
    static String checkpoint(long number, String digest) {
        return String.format("checkpoint-%06d-%s.safetensors", number, digest);
    }

    static boolean isCheckpoint(String name) {
        return CHECKPOINT.matcher(name).matches();
    }

    /** The digest in the name of a checkpoint. */
    static String digestIn(String checkpoint) {
        var matcher = CHECKPOINT.matcher(checkpoint);
        return matcher.matches() ? matcher.group(2) : "";
    }

    /** The number in the name of a checkpoint. */
    static long numberIn(String checkpoint) {
        var matcher = CHECKPOINT.matcher(checkpoint);
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    }

    /** Whether a run that goes on reads a file of that name. */
    static boolean isToGoOn(String name) {
        return isCheckpoint(name)
                || isBank(name)
                || Stream.of(CONFIG, METRICS, TEACHER, TEACHER_STATISTICS)
                        .anyMatch(artefact -> artefact.file.equals(name));
    }

    /** Whether it is what a process that was killed has left of a file. */
    public static boolean isLeftover(String name) {
        return TEMPORARY.matcher(name).matches()
                || (name.endsWith(UNFINISHED) && isNamed(name.substring(0, name.length() - UNFINISHED.length())));
    }

    /** Whether a run writes a file of that name, right in its folder. */
    public static boolean isOfARun(String name) {
        return isNamed(name) || isCheckpoint(name) || isBank(name) || isLeftover(name);
    }

    private static boolean isNamed(String name) {
        return glimpsed(name).isPresent() || Arrays.stream(values()).anyMatch(artefact -> artefact.file.equals(name));
    }
}
