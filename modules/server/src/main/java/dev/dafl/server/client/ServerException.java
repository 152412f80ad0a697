package dev.dafl.server.client;

import dev.dafl.engine.config.OneLine;
import java.io.IOException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Something that a server did not do, or why it could not be asked. The message is what the user is told: one sentence, and a line
 * for each further place in a file that was sent.
 */
public final class ServerException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;

    ServerException(int status, String message) {
        this(status, message, null);
    }

    ServerException(int status, String message, @Nullable Throwable cause) {
        super(message.lines().map(OneLine::of).collect(Collectors.joining("\n")), cause);
        this.status = status;
    }

    /** The status of HTTP; 0 where there was no answer. */
    public int status() {
        return status;
    }

    /** Whether it is what was asked for that is wrong, and not the server or the moment. */
    public boolean badInput() {
        return switch (status) {
            case 400, 404, 413, 422 -> true;
            default -> false;
        };
    }

    /** Whether asking again later may help. */
    public boolean passing() {
        return status < 400 || status > 499 || status == 408 || status == 429;
    }
}
