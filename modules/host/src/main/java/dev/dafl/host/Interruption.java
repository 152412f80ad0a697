package dev.dafl.host;

import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunResult.Status;
import dev.dafl.libtorch.Libtorch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * What ends a run from outside while it is under way. Ctrl-C, SIGTERM and SIGHUP ask it to save what it has and end; a second
 * one ends it at once. Code that ends the whole program, as a plugin may, is told of as the run's failure.
 */
public final class Interruption implements AutoCloseable {

    private static final int BY_SIGNAL = 128;
    private static final int FAILED = 1;
    private static final long GRACE_SECONDS = 10;

    private final RunControl control;
    private final Consumer<String> say;
    private final Function<StackTraceElement[], Optional<String>> whose;
    private final AtomicInteger signals = new AtomicInteger();
    private final Thread hook = Thread.ofPlatform().name("dafl-exit").unstarted(this::programEnds);
    private final Map<Signal, SignalHandler> before = new LinkedHashMap<>();
    private volatile int exitCode;
    private volatile boolean patient;

    /**
     * Begins to listen.
     *
     * @param say tells the user something, in a sentence
     * @param whose which plugin's code a stack trace shows, in words
     */
    public Interruption(
            RunControl control, Consumer<String> say, Function<StackTraceElement[], Optional<String>> whose) {
        this.control = control;
        this.say = say;
        this.whose = whose;
        for (String name : new String[] {"INT", "TERM", "HUP"}) {
            listen(new Signal(name));
        }
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** The exit code of a program that a signal has ended; empty where none came. */
    public Optional<Integer> exitCode() {
        return exitCode == 0 ? Optional.empty() : Optional.of(exitCode);
    }

    /**
     * From now on a second signal does not end the run at once: in a job of a cluster several parties tell of one end, and who
     * has no time to wait kills it.
     */
    public void endOnlyByItself() {
        patient = true;
    }

    /** This process is of no use after the end of another: the run is to end then, soon. */
    public void endWith(ProcessHandle other) {
        var _ = other.onExit().thenRun(() -> {
            control.cancel();
            Thread.ofPlatform().daemon().start(this::endAfterGrace);
        });
    }

    private void endAfterGrace() {
        try {
            TimeUnit.SECONDS.sleep(GRACE_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        end(Status.INTERRUPTED, "the process that had started it ended", FAILED);
    }

    private void listen(Signal signal) {
        SignalHandler old = Signal.handle(signal, this::heard);
        if (old == SignalHandler.SIG_IGN) {
            // Whoever started the program wants it to live on, as nohup does.
            Signal.handle(signal, old);
        } else {
            before.put(signal, old);
        }
    }

    private void heard(Signal signal) {
        exitCode = BY_SIGNAL + signal.getNumber();
        if (signals.incrementAndGet() == 1) {
            control.cancel();
            say.accept("SIG" + signal.getName() + ": saving what there is after this step"
                    + (patient ? "" : "; a second signal ends the run at once"));
        } else if (!patient) {
            end(Status.INTERRUPTED, "ended at once by a second signal", exitCode);
        }
    }

    /** Called when somebody ends the program although a run is under way. */
    private void programEnds() {
        StackTraceElement[] culprit = Thread.getAllStackTraces().values().stream()
                .filter(Interruption::exits)
                .findFirst()
                .orElse(new StackTraceElement[0]);
        String who = whose.apply(culprit).orElse("some code");
        String reason = who + " ended the whole program by System.exit; a plugin must not do that";
        say.accept(reason);
        end(Status.FAILED, reason, FAILED);
    }

    private static boolean exits(StackTraceElement[] trace) {
        for (StackTraceElement frame : trace) {
            if (frame.getClassName().equals("java.lang.Runtime")
                    && frame.getMethodName().equals("exit")) {
                return true;
            }
        }
        return false;
    }

    private void end(Status status, String reason, int code) {
        control.abandon(status, reason);
        Libtorch.halt(code);
    }

    /** The run is over: signals do what they did before. */
    @Override
    public void close() {
        before.forEach(Signal::handle);
        Runtime.getRuntime().removeShutdownHook(hook);
    }
}
