package dev.imdsanalyzer.daemon.host;

import dev.imdsanalyzer.kernel.Capabilities;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Does something on a thread without any capability. Linux hands a thread's capabilities to those that it starts, and to
 * no others: threads started meanwhile have none either, nor have those that they start.
 */
public final class Unprivileged {
    private Unprivileged() {}

    /**
     * Waits for the result.
     *
     * @throws ExecutionException with what the action threw
     */
    public static <T> T call(Callable<T> action) throws ExecutionException, InterruptedException {
        FutureTask<T> task = new FutureTask<>(() -> {
            Capabilities.keepAtMost();
            return action.call();
        });
        new Thread(task, "unprivileged").start();
        return task.get();
    }
}
