package dev.imdsanalyzer.daemon.host;

import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.ServiceManager;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What systemd is told of the service, sd_notify(3): states, each until it was taken, and the watchdog in good time. Never
 * waits. Any thread.
 */
public final class ServiceNotices implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceNotices.class);

    /** sd_watchdog_enabled(3) advises half of the time allowed; a tick that comes late must not be the one too many. */
    private static final int WATCHDOG_SHARE = 4;

    private final boolean service;
    private final Predicate<String> manager;
    private final Runnable end;
    private final long watchdogNanos;
    private long watchdogToldNanos;
    /** What the manager has not taken yet; null when it has all. */
    private String owed;

    /**
     * @param environment of this process
     * @param manager takes a state; false when it cannot at the moment
     * @param end called at the close
     */
    ServiceNotices(Map<String, String> environment, Predicate<String> manager, Runnable end) {
        this.service = !environment.getOrDefault("NOTIFY_SOCKET", "").isEmpty();
        this.manager = manager;
        this.end = end;
        this.watchdogNanos = watchdogNanos(environment);
        this.watchdogToldNanos = System.nanoTime();
    }

    /** To the manager that the environment names; to nobody where it names none, or that cannot be reached. */
    public static ServiceNotices connect(Map<String, String> environment) {
        ServiceManager manager = ServiceManager.none();
        try {
            manager = ServiceManager.connect(environment.get("NOTIFY_SOCKET"));
        } catch (KernelException e) {
            LOG.warn("cannot tell systemd how the service does: {}", e.getMessage());
        }
        return new ServiceNotices(environment, manager::tell, manager::close);
    }

    /** sd_watchdog_enabled(3): WATCHDOG_USEC in microseconds, meant for the process WATCHDOG_PID where that is set. */
    private static long watchdogNanos(Map<String, String> environment) {
        String own = String.valueOf(ProcessHandle.current().pid());
        if (!environment.getOrDefault("WATCHDOG_PID", own).equals(own)) {
            return 0;
        }
        try {
            return TimeUnit.MICROSECONDS.toNanos(Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0")))
                    / WATCHDOG_SHARE;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Whether a service manager started this process. */
    public boolean isService() {
        return service;
    }

    /** At least so often {@link #tick} is to be called, in ns; {@link Long#MAX_VALUE} where nothing is awaited. */
    public long tickNanos() {
        return watchdogNanos > 0 ? watchdogNanos : Long.MAX_VALUE;
    }

    /** A state such as {@code READY=1} or {@code STATUS=...}. */
    public synchronized void tell(String state) {
        owed = owed == null ? state : owed + "\n" + state;
        tellOwed();
    }

    private void tellOwed() {
        if (owed != null && manager.test(owed)) {
            owed = null;
        }
    }

    /**
     * Tells what is due.
     *
     * @param nowNanos by {@link System#nanoTime}
     * @param alive whether everything that the watchdog stands for moves
     */
    public synchronized void tick(long nowNanos, boolean alive) {
        tellOwed();
        boolean due = watchdogNanos > 0 && nowNanos - watchdogToldNanos >= watchdogNanos;
        if (due && alive && manager.test("WATCHDOG=1")) {
            watchdogToldNanos = nowNanos;
        }
    }

    @Override
    public void close() {
        end.run();
    }
}
