package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.kernel.Orphans;
import dev.imdsanalyzer.process.Caller;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** A command that is run to see its calls: its own and those of its descendants, also of those that it leaves behind. */
final class WatchedCommand {
    private static final long ORPHANS_SECONDS = 10;

    private final Process process;
    private final CommandDescent descent;

    /**
     * Starts it. From then on this process is the parent of its orphans.
     *
     * @param kernelPids as {@link CommandDescent} wants it
     * @throws OutputException when there is no such command
     */
    WatchedCommand(List<String> command, boolean kernelPids) throws OutputException {
        Orphans.adopt();
        try {
            process = new ProcessBuilder(command).inheritIO().start();
        } catch (IOException e) {
            throw new CommandNotRunException(command.get(0), e);
        }
        descent =
                new CommandDescent(process.pid(), ProcessHandle.current().pid(), kernelPids, CommandDescent::parentOf);
        Thread burying = new Thread(this::buryOrphans, "orphans");
        burying.setDaemon(true);
        burying.start();
    }

    CommandDescent.Answer made(Caller caller) {
        return descent.of(caller);
    }

    /** Waits for the command's end and calls back with its exit code; 128 and the signal's number where it was killed. */
    void onExit(IntConsumer callback) {
        CompletableFuture<Void> unused = process.onExit().thenAccept(ended -> callback.accept(ended.exitValue()));
    }

    void stop() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }

    private void buryOrphans() {
        try {
            while (!process.waitFor(ORPHANS_SECONDS, TimeUnit.SECONDS)) {
                Orphans.bury(process.pid());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
