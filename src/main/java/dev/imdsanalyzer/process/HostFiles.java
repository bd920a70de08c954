package dev.imdsanalyzer.process;

import dev.imdsanalyzer.kernel.FileStatus;
import dev.imdsanalyzer.kernel.RootedFile;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks at files by path on a thread of its own, which is there only while it is wanted: a path may lead into a file
 * system whose server answers nobody. Who asks waits {@link #PATIENCE_MILLIS} at most, and not at all while the thread
 * hangs. For one thread at a time.
 */
final class HostFiles implements AutoCloseable {
    /** Long, as a busy machine may take a while to run a thread; whatever hangs costs it once. */
    static final long PATIENCE_MILLIS = 1_000;

    /** A file that is replaced within it is told apart a moment later. */
    private static final long FRESH_NANOS = 1_000_000_000L;

    private static final int KEPT = 256;
    private static final long KEPT_BYTES = 128 << 10;

    /** What an entry takes beside its path. */
    private static final long OBJECTS = 160;

    /**
     * What was seen.
     *
     * @param answered false where it could not be seen in time
     * @param status null for no file
     */
    record Look(boolean answered, FileStatus status) {
        static final Look UNANSWERED = new Look(false, null);
    }

    private record Known(Look look, long nanos) {}

    private final ThreadPoolExecutor looks =
            new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                Thread thread = new Thread(task, "host-files");
                thread.setDaemon(true);
                return thread;
            });

    private final RecentlyUsed<String, Known> known =
            new RecentlyUsed<>(KEPT, KEPT_BYTES, (path, look) -> OBJECTS + 2L * path.length());

    private final int hostPid;
    /** The last look, which may not have been answered yet; null for none. */
    private Future<?> last;

    /** @param hostPid a process with the host's root */
    HostFiles(int hostPid) {
        this.hostPid = hostPid;
        looks.allowCoreThreadTimeOut(true);
    }

    /** The host's file of that absolute path; a moment old where it was looked at before. */
    Look ofHost(String path) {
        Known before = known.get(path);
        long now = System.nanoTime();
        if (before != null && now - before.nanos < FRESH_NANOS) {
            return before.look;
        }
        Look look = of(hostPid, path);
        if (look.answered()) {
            known.put(path, new Known(look, now));
        }
        return look;
    }

    /** The file that the process sees under that absolute path. */
    Look of(int pid, String path) {
        Look look = look(() -> new Look(true, RootedFile.statusOf(pid, path)));
        return look == null ? Look.UNANSWERED : look;
    }

    /** The start of that regular file, at most so many bytes; null for none, and where it could not be seen in time. */
    byte[] start(int pid, String path, int limit) {
        return look(() -> {
            try (RootedFile file = RootedFile.open(pid, path)) {
                return file == null ? null : file.readStart(limit);
            }
        });
    }

    private <T> T look(Callable<T> atFiles) {
        if (last != null && !last.isDone()) {
            return null;
        }
        try {
            Future<T> look = looks.submit(atFiles);
            last = look;
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
