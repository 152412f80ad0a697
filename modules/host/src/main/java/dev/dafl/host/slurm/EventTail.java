package dev.dafl.host.slurm;

import dev.dafl.engine.run.EventLines;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Reads the events of a run out of a file that another machine writes. For one thread. */
final class EventTail {

    private static final int BLOCK = 1 << 16;

    private final Path file;
    private final long tellFrom;
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
    private long position;
    private long lineBegin;
    private Optional<String> failure = Optional.empty();
    private boolean finished;

    /** @param tellAll whether also what it holds already is told; else only what comes */
    EventTail(Path file, boolean tellAll) {
        this.file = file;
        long length = 0;
        try {
            length = tellAll ? 0 : Files.size(file);
        } catch (IOException e) {
            // It is not there yet: all is to come.
        }
        tellFrom = length;
    }

    /**
     * Reads what has come.
     *
     * @return whether there was anything
     */
    boolean read(RunListener listener) throws IOException {
        long before = position;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer block = ByteBuffer.allocate(BLOCK);
            while (channel.read(block.clear(), position) > 0) {
                block.flip();
                while (block.hasRemaining()) {
                    byte one = block.get();
                    position++;
                    if (one == '\n') {
                        take(begun.toString(StandardCharsets.UTF_8), listener);
                        begun.reset();
                        lineBegin = position;
                    } else {
                        begun.write(one);
                    }
                }
            }
        } catch (NoSuchFileException e) {
            // Its job has not begun.
        }
        return position > before;
    }

    private void take(String line, RunListener listener) {
        if (line.isBlank()) {
            // A process begins.
            failure = Optional.empty();
            finished = false;
            return;
        }
        RunEvent event;
        try {
            event = EventLines.read(line);
        } catch (IOException e) {
            // Half a line of a process that was killed.
            return;
        }
        switch (event) {
            case RunEvent.Failed failed -> failure = Optional.of(failed.reason());
            case RunEvent.Finished _ -> {
                finished = true;
                tell(event, listener);
            }
            default -> tell(event, listener);
        }
    }

    private void tell(RunEvent event, RunListener listener) {
        if (lineBegin >= tellFrom) {
            listener.on(event);
        }
    }

    /** The reason that the last process has told of its failure. */
    Optional<String> failure() {
        return failure;
    }

    /** Whether the last process has said how it ended. */
    boolean ended() {
        return finished || failure.isPresent();
    }
}
