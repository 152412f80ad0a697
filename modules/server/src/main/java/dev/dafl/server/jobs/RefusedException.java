package dev.dafl.server.jobs;

import dev.dafl.server.api.Problem;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A request that is not done, with the reason in a sentence. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private static final Pattern PLACE = Pattern.compile("(?s)(.*?):(\\d+): (.*)");

    private final Why why;
    private final transient List<Problem.Place> places;

    /** What is in the way. */
    public enum Why {
        /** There is no such thing. */
        MISSING,
        /** It is not in a state for that. */
        CONFLICT,
        /** What was sent is wrong. */
        INVALID,
        /** Nobody may do that here. */
        FORBIDDEN,
        /** It is larger than what is taken. */
        TOO_LARGE
    }

    public RefusedException(Why why, String detail) {
        this(why, detail, List.of());
    }

    public RefusedException(Why why, String detail, List<Problem.Place> places) {
        super(detail);
        this.why = why;
        this.places = List.copyOf(places);
    }

    /** A file that is wrong, as the command line says it: its place is taken from the beginning of the sentence, where it has one. */
    static RefusedException ofFile(String message) {
        Matcher place = PLACE.matcher(message);
        return new RefusedException(
                Why.INVALID,
                message,
                place.matches()
                        ? List.of(new Problem.Place(
                                place.group(1), Optional.of(Integer.parseInt(place.group(2))), place.group(3)))
                        : List.of());
    }

    public Why why() {
        return why;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    /** Mistakes in a file that was sent. */
    public List<Problem.Place> places() {
        return places == null ? List.of() : places;
    }
}
