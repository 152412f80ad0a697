package dev.dafl.engine.run;

import java.util.Locale;
import java.util.Optional;

/**
 * A number that training tells of one of its steps. On disk its key is its group, a slash and its name, such as
 * {@code loss/one-hot}: a reader takes what belongs together by what stands before the slash, whoever wrote it.
 *
 * @param group what kind of number it is
 * @param name which of its group; of a loss the plugin's name, of a class its label
 * @param value may be no number at all where training went wrong
 */
public record Metric(Group group, String name, double value) {

    /** What a number says. */
    public enum Group {
        /** A loss term of the generator, unweighted. */
        LOSS,
        /** The weighted sum of all terms of a network. */
        TOTAL,
        /** The loss by which the student learns from the teacher. */
        STUDENT_LOSS,
        /** The loss by which the teacher learns. */
        TEACHER_LOSS,
        /** The learning rate of a network. */
        RATE,
        /** How much of the batch a network and the teacher see alike, 0 to 1. */
        AGREEMENT,
        /** What the guard looks at. */
        HEALTH,
        /** The share of a class in the batch, 0 to 1. */
        CLASS_SHARE,
        /** How far training is. */
        PROGRESS;

        /** As it stands before the slash. */
        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private static Optional<Group> of(String word) {
            for (Group group : values()) {
                if (group.word().equals(word)) {
                    return Optional.of(group);
                }
            }
            return Optional.empty();
        }
    }

    /** A metric without its value: what a curve is of. */
    public record Key(Group group, String name) {

        /** As on disk. */
        @Override
        public String toString() {
            return group.word() + "/" + name;
        }
    }

    /** As on disk: {@code loss/one-hot}. */
    public String key() {
        return new Key(group, name).toString();
    }

    /** The key that was written so; empty for what is no metric. A name may have slashes itself. */
    public static Optional<Key> parse(String key) {
        int slash = key.indexOf('/');
        if (slash < 0 || slash == key.length() - 1) {
            return Optional.empty();
        }
        return Group.of(key.substring(0, slash)).map(group -> new Key(group, key.substring(slash + 1)));
    }
}
