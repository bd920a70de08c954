package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.process.Caller;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;

/** A command that is run to see its calls: its own and those of its descendants. */
final class WatchedCommand {
    private final Process process;

    /** @throws OutputException when there is no such command */
    WatchedCommand(List<String> command) throws OutputException {
        try {
            process = new ProcessBuilder(command).inheritIO().start();
        } catch (IOException e) {
            throw new CommandNotRunException(command.get(0), e);
        }
    }

    /** Whether a caller is the command or a descendant of it. */
    boolean made(Caller caller) {
        long pid = process.pid();
        return caller.pid() == pid || caller.ancestors().stream().anyMatch(ancestor -> ancestor.pid() == pid);
    }

    /** Waits for the command's end and calls back with its exit code; 128 and the signal's number where it was killed. */
    void onExit(IntConsumer callback) {
        CompletableFuture<Void> unused = process.onExit().thenAccept(ended -> callback.accept(ended.exitValue()));
    }

    void stop() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }
}
