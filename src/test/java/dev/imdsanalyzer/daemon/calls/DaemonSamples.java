package dev.imdsanalyzer.daemon.calls;

import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsCallBuilder;

/** Calls for the tests of the wiring. */
public final class DaemonSamples {
    private DaemonSamples() {}

    public static ImdsCall call(long connectionId) {
        return call(connectionId, "/latest/meta-data/");
    }

    public static ImdsCall call(long connectionId, String path) {
        return new ImdsCallBuilder()
                .connection(connectionId)
                .time(1_795_264_496_789_123_000L, 812_345)
                .request("GET", path, null)
                .client("curl/7.88.1", "curl", "7.88.1")
                .response(200, "EC2ws", 312, -1)
                .build();
    }
}
