package dev.imdsanalyzer.output.line;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What every line says about the host. Read from files, never from IMDS. Unknown texts are null. Only the host's name
 * and what is known of its place ever change: at a first boot they are set after our start. Any thread.
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
    private final CloudFacts configured;
    private volatile CloudFacts cloud;
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
        this(null, instanceId, hostName, kernel, uptimeSeconds, readAtNanos, CloudFacts.NONE);
    }

    private HostFacts(
            Path root,
            String instanceId,
            String hostName,
            String kernel,
            long uptimeSeconds,
            long readAtNanos,
            CloudFacts configured) {
        this.root = root;
        this.configured = configured;
        this.cloud = root == null ? configured : configured.or(CloudFacts.read(root, instanceId));
        this.instanceId = instanceId;
        this.hostName = hostName;
        this.kernel = kernel;
        this.uptimeSeconds = uptimeSeconds;
        this.readAtNanos = readAtNanos;
    }

    public static HostFacts read() {
        return read(Path.of("/"));
    }

    /** The same where the configuration says where the instance is: that wins over the host's files. */
    public HostFacts in(CloudFacts place) {
        return new HostFacts(root, instanceId, hostName, kernel, uptimeSeconds, readAtNanos, place);
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
                System.nanoTime(),
                CloudFacts.NONE);
    }

    /** From DMI; null where this is no Nitro instance. */
    public String instanceId() {
        return instanceId;
    }

    /** The kernel's name of the host when it was last read. */
    public String hostName() {
        return hostName;
    }

    /** Where the instance is, as far as it was known when that was last read. */
    public CloudFacts cloud() {
        return cloud;
    }

    /** The kernel's release. */
    public String kernel() {
        return kernel;
    }

    /** When the uptime was read, by {@link System#nanoTime}. */
    long readAtNanos() {
        return readAtNanos;
    }

    /**
     * Reads anew what cloud-init sets after our start at a first boot, where it was read from the host at all: the host's name,
     * and where it is if that is not known yet. What cannot be read stays.
     */
    public void readNameAgain() {
        if (root != null && !cloud.isComplete()) {
            cloud = cloud.or(configured.or(CloudFacts.read(root, instanceId)));
        }
        String name = root == null ? null : line(root.resolve(NAME_FILE));
        if (name != null) {
            hostName = name;
        }
    }

    /** By the monotonic clock: at boot, when it matters most, the wall clock is often set. */
    public long uptimeSeconds(long nanoTime) {
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
