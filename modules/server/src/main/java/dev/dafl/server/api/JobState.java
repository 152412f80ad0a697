package dev.dafl.server.api;

/** Where a job, or a run of it, stands. */
public enum JobState {
    /** Waits for cores, for others before it, or for the next attempt. */
    QUEUED,
    /** Its process is being started. */
    STARTING,
    RUNNING,
    /** It was asked to end, and saves what it has. */
    STOPPING,
    /** Somebody has asked it to wait; it goes on from its checkpoint when it is resumed. */
    PAUSED,
    SUCCEEDED,
    FAILED,
    /** Ended because somebody wanted it. */
    STOPPED,
    /** Its process or the server ended before its time; it is queued again, and goes on from its checkpoint. */
    INTERRUPTED;

    /** Whether it will not go on by itself, whatever happens. */
    public boolean ended() {
        return this == SUCCEEDED || this == FAILED || this == STOPPED;
    }

    /** Whether a process belongs to it. */
    public boolean active() {
        return this == STARTING || this == RUNNING || this == STOPPING;
    }
}
