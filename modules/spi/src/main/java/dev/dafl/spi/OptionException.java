package dev.dafl.spi;

import java.util.Collection;
import java.util.List;

/**
 * A mistake at a place inside a plugin's options, such as an entry of a list: the user is told the line of that place. For an
 * option as a whole an {@link IllegalArgumentException} whose message begins with its key does.
 */
public final class OptionException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String place;
    private final String problem;
    private final String written;
    private final transient List<String> known;

    private OptionException(String place, String problem, String written, Collection<String> known) {
        super(known.isEmpty() ? problem : problem + "; there are " + String.join(", ", known));
        this.place = place;
        this.problem = problem;
        this.written = written;
        this.known = List.copyOf(known);
    }

    /**
     * @param place the keys and the numbers of entries, from 0, that lead there, with slashes between them: {@code layers/3/conv}
     * @param problem one sentence without a full stop
     */
    public static OptionException at(String place, String problem) {
        return new OptionException(place, problem, "", List.of());
    }

    /**
     * A name that is none of those there are.
     *
     * @param problem the sentence to which those that there are will be added, the nearest first
     * @param written the name that is not known
     * @param known at least one
     */
    public static OptionException unknown(String place, String problem, String written, Collection<String> known) {
        return new OptionException(place, problem, written, known);
    }

    /** Where in the options. */
    public String place() {
        return place;
    }

    /** The message without the names that are known. */
    public String problem() {
        return problem;
    }

    /** The name that is not known; empty where the mistake is another. */
    public String written() {
        return written;
    }

    /** The names that are known; none where the mistake is another. */
    public List<String> known() {
        return known;
    }
}
