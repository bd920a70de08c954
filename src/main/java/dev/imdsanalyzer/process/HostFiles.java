package dev.imdsanalyzer.process;

import dev.imdsanalyzer.kernel.FileStatus;
import dev.imdsanalyzer.kernel.RootedFile;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks at files by path on a thread of its own, which is there only while it is wanted: a path may lead into a file
 * system whose server answers nobody. Who asks waits {@link #PATIENCE_MILLIS} at most; while the thread hangs nothing
 * is found. For one thread at a time.
 */
final class HostFiles implements AutoCloseable {
    static final long PATIENCE_MILLIS = 100;

    private final ThreadPoolExecutor looks =
            new ThreadPoolExecutor(0, 1, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(task, "host-files");
                thread.setDaemon(true);
                return thread;
            });

    private final int hostPid;

    /** @param hostPid a process with the host's root */
    HostFiles(int hostPid) {
        this.hostPid = hostPid;
    }

    /** The host's file of that absolute path; null for none, and where it could not be seen in time. */
    FileStatus ofHost(String path) {
        return status(hostPid, path);
    }

    /** The file that the process sees under that absolute path; null as above. */
    FileStatus status(int pid, String path) {
        return look(() -> RootedFile.statusOf(pid, path));
    }

    /** The start of that regular file, at most so many bytes; null as above. */
    byte[] start(int pid, String path, int limit) {
        return look(() -> {
            try (RootedFile file = RootedFile.open(pid, path)) {
                return file == null ? null : file.readStart(limit);
            }
        });
    }

    private <T> T look(Callable<T> atFiles) {
        try {
            Future<T> look = looks.submit(atFiles);
            return look.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException | TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
