package dev.dafl.engine.run;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;

/** The files of a run. All that a run writes is one of these, a checkpoint, or what becomes one of them. */
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
    /** Held by the process that writes the folder. */
    LOCK(".lock");

    private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-(\\d{6,12})-([0-9a-f]{16})\\.safetensors");
    private static final Pattern TEMPORARY = Pattern.compile("(?:\\.probe\\d+|checkpoint.*)\\.tmp");
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

    /** Whether it is what a process that was killed has left of a file. */
    public static boolean isLeftover(String name) {
        return TEMPORARY.matcher(name).matches()
                || (name.endsWith(UNFINISHED) && isNamed(name.substring(0, name.length() - UNFINISHED.length())));
    }

    /** Whether a run writes a file of that name. */
    public static boolean isOfARun(String name) {
        return isNamed(name) || isCheckpoint(name) || isLeftover(name);
    }

    private static boolean isNamed(String name) {
        return Arrays.stream(values()).anyMatch(artefact -> artefact.file.equals(name));
    }
}
