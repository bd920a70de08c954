package dev.imdsanalyzer.process.socket;

import dev.imdsanalyzer.process.Caller;
import java.io.BufferedReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Locale;

/**
 * Time from a connection's two ends to everything about its caller, beside idle processes: arguments are their number
 * (2000), the descriptors of each (20) and how many look-ups to make (300). Prints microseconds of the look-up thread's own CPU time,
 * as the wall clock tells more of what else the machine does; the first tenth, which warms up, does not count.
 */
public final class SocketLookupMeasurement {
    private static final String IDLE_PROCESSES = """
            import os, signal, sys
            pids = []
            for _ in range(int(sys.argv[1])):
                pid = os.fork()
                if pid == 0:
                    for _ in range(int(sys.argv[2]) - 3): os.open('/dev/null', os.O_RDONLY)
                    signal.pause()
                pids.append(pid)
            print('ready', flush=True)
            sys.stdin.read()
            for pid in pids: os.kill(pid, signal.SIGKILL)
            """;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private SocketLookupMeasurement() {}

    public static void main(String[] arguments) throws Exception {
        String processes = arguments.length > 0 ? arguments[0] : "2000";
        String descriptors = arguments.length > 1 ? arguments[1] : "20";
        int count = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 300;
        Process idle = new ProcessBuilder("python3", "-c", IDLE_PROCESSES, processes, descriptors).start();
        try (BufferedReader output = idle.inputReader();
                ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
                SocketLookup lookup = new SocketLookup()) {
            output.readLine();
            System.out.printf(Locale.ROOT, "beside %s processes of %s descriptors%n", processes, descriptors);
            report("one-shot callers", newCallers(server, lookup, count));
            report("one caller, a connection each time", sameCaller(server, lookup, count));
            report("connections that are gone", gone(lookup, count));
        } finally {
            idle.getOutputStream().close();
            idle.waitFor();
        }
    }

    private static long[] newCallers(ServerSocket server, SocketLookup lookup, int count) throws Exception {
        long[] times = new long[count];
        for (int i = 0; i < count; i++) {
            Process child = new ProcessBuilder(
                            "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$0; read line", "" + server.getLocalPort())
                    .start();
            try (Socket accepted = server.accept()) {
                times[i] = find(lookup, accepted, child.pid());
            } finally {
                child.destroyForcibly().waitFor();
            }
        }
        return times;
    }

    private static long[] sameCaller(ServerSocket server, SocketLookup lookup, int count) throws Exception {
        long[] times = new long[count];
        Process child = new ProcessBuilder(
                        "bash",
                        "-c",
                        "while true; do exec 3<>/dev/tcp/127.0.0.1/$0; read -u 3 line; done",
                        "" + server.getLocalPort())
                .start();
        try {
            for (int i = 0; i < count; i++) {
                try (Socket accepted = server.accept()) {
                    times[i] = find(lookup, accepted, child.pid());
                }
            }
        } finally {
            child.destroyForcibly().waitFor();
        }
        return times;
    }

    private static long[] gone(SocketLookup lookup, int count) throws Exception {
        long[] times = new long[count];
        for (int i = 0; i < count; i++) {
            long start = THREADS.getCurrentThreadCpuTime();
            lookup.find(Connections.loopback(1, 2));
            times[i] = THREADS.getCurrentThreadCpuTime() - start;
        }
        return times;
    }

    private static long find(SocketLookup lookup, Socket accepted, long expected) throws Exception {
        long start = THREADS.getCurrentThreadCpuTime();
        Caller caller = lookup.find(Connections.endsOfPeer(accepted));
        long time = THREADS.getCurrentThreadCpuTime() - start;
        if (caller.pid() != expected) {
            throw new IllegalStateException("expected " + expected + " and not " + caller);
        }
        return time;
    }

    private static void report(String what, long[] times) {
        long[] sorted = Arrays.copyOfRange(times, times.length / 10, times.length);
        Arrays.sort(sorted);
        System.out.printf(
                Locale.ROOT,
                "%-36s median %6d  90%% %6d  99%% %6d us%n",
                what,
                sorted[sorted.length / 2] / 1000,
                sorted[sorted.length * 9 / 10] / 1000,
                sorted[sorted.length * 99 / 100] / 1000);
    }
}
