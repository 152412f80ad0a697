package dev.dafl.engine.launch;

/** How far a launched run is. */
public sealed interface RunState {

    /** @param why in a word or a few, as whoever keeps it waiting says; may be empty */
    record Waiting(String why) implements RunState {}

    /** @param where such as a node's name; may be empty */
    record Running(String where) implements RunState {}

    /** It is over; what came out is in its folder. */
    record Done() implements RunState {}

    /** It was ended before it was done, and can go on from its newest checkpoint. */
    record Cancelled(String by) implements RunState {}

    /** @param reason in a sentence */
    record Failed(String reason) implements RunState {}

    /** Whether nothing more will come of it. */
    default boolean over() {
        return switch (this) {
            case Waiting _, Running _ -> false;
            case Done _, Cancelled _, Failed _ -> true;
        };
    }

    /** For people. */
    default String words() {
        return switch (this) {
            case Waiting(String why) -> "waits" + (why.isEmpty() ? "" : ": " + why);
            case Running(String where) -> "runs" + (where.isEmpty() ? "" : " on " + where);
            case Done() -> "is over";
            case Cancelled(String by) -> "was cancelled" + (by.isEmpty() ? "" : " by " + by);
            case Failed(String reason) -> "failed: " + reason;
        };
    }
}
