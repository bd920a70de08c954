package dev.imdsanalyzer.output;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What every line says about the host. Read from files, never from IMDS. Unknown texts are null. Only the host's name
 * ever changes: at a first boot it is set after our start. Any thread.
 */
public final class HostFacts {
    private static final Pattern INSTANCE_ID = Pattern.compile("i-[0-9a-f]{8,17}");
    private static final int MAX_FILE_BYTES = 4096;
    private static final String NAME_FILE = "proc/sys/kernel/hostname";

    /** For lines about another host's capture. */
    public static final HostFacts NONE = new HostFacts(null, null, null, -1, 0);

    private final Path root;
    private final String instanceId;
    private final String kernel;
    private final long uptimeSeconds;
    private final long readAtNanos;
    private volatile String hostName;

    /**
     * As they are now, for good.
     *
     * @param instanceId from DMI, where Nitro puts it; Xen puts only the hypervisor's own number there
     * @param hostName the kernel's
     * @param kernel its release
     * @param uptimeSeconds at {@code readAtNanos}; -1 if unknown
     * @param readAtNanos of {@link System#nanoTime}
     */
    public HostFacts(String instanceId, String hostName, String kernel, long uptimeSeconds, long readAtNanos) {
        this(null, instanceId, hostName, kernel, uptimeSeconds, readAtNanos);
    }

    private HostFacts(
            Path root, String instanceId, String hostName, String kernel, long uptimeSeconds, long readAtNanos) {
        this.root = root;
        this.instanceId = instanceId;
        this.hostName = hostName;
        this.kernel = kernel;
        this.uptimeSeconds = uptimeSeconds;
        this.readAtNanos = readAtNanos;
    }

    public static HostFacts read() {
        return read(Path.of("/"));
    }

    static HostFacts read(Path root) {
        String assetTag = line(root.resolve("sys/devices/virtual/dmi/id/board_asset_tag"));
        String uptime = line(root.resolve("proc/uptime"));
        return new HostFacts(
                root,
                assetTag != null && INSTANCE_ID.matcher(assetTag).matches() ? assetTag : null,
                line(root.resolve(NAME_FILE)),
                line(root.resolve("proc/sys/kernel/osrelease")),
                uptime == null ? -1 : wholeSeconds(uptime),
                System.nanoTime());
    }

    /** From DMI; null where this is no Nitro instance. */
    public String instanceId() {
        return instanceId;
    }

    /** The kernel's name of the host when it was last read. */
    public String hostName() {
        return hostName;
    }

    /** The kernel's release. */
    public String kernel() {
        return kernel;
    }

    /** When the uptime was read, by {@link System#nanoTime}. */
    long readAtNanos() {
        return readAtNanos;
    }

    /** Reads the host's name anew, where it was read from the host at all; a name that cannot be read stays. */
    public void readNameAgain() {
        String name = root == null ? null : line(root.resolve(NAME_FILE));
        if (name != null) {
            hostName = name;
        }
    }

    /** By the monotonic clock: at boot, when it matters most, the wall clock is often set. */
    long uptimeSeconds(long nanoTime) {
        return uptimeSeconds < 0 ? -1 : uptimeSeconds + (nanoTime - readAtNanos) / 1_000_000_000L;
    }

    private static long wholeSeconds(String uptime) {
        int dot = uptime.indexOf('.');
        try {
            return Long.parseLong(dot < 0 ? uptime : uptime.substring(0, dot));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** The file's first line without white space around it; null if there is none. */
    private static String line(Path file) {
        try (var in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(MAX_FILE_BYTES), StandardCharsets.UTF_8);
            String line = text.lines().findFirst().orElse("").strip();
            return line.isEmpty() ? null : line;
        } catch (IOException e) {
            return null;
        }
    }
}
