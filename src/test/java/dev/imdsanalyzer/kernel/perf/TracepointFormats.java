package dev.imdsanalyzer.kernel.perf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Descriptions of {@code sock:inet_sock_set_state} on other kernels than the one that runs the test. */
public final class TracepointFormats {
    private TracepointFormats() {}

    public static TracepointFormat read(String kernelVersion) throws IOException {
        return TracepointFormat.parse(text(kernelVersion));
    }

    static String text(String kernelVersion) throws IOException {
        String name = "inet_sock_set_state-" + kernelVersion + ".format";
        try (var stream = TracepointFormats.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
