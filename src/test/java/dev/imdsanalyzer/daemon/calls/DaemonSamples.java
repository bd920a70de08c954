package dev.imdsanalyzer.daemon.calls;

import dev.imdsanalyzer.imds.Category;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.imds.Operation;
import dev.imdsanalyzer.imds.Outcome;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.IpAddress;
import java.util.Set;

/** Calls for the tests of the wiring. */
public final class DaemonSamples {
    private DaemonSamples() {}

    public static ImdsCall call(long connectionId) {
        return call(connectionId, "/latest/meta-data/");
    }

    public static ImdsCall call(long connectionId, String path) {
        return new ImdsCall(
                connectionId,
                new FourTuple(IpAddress.ipv4(0x0A000005), 40_112, IpAddress.IMDS_IPV4, 80),
                1_795_264_496_789_123_000L,
                812_345,
                ImdsVersion.V1,
                Operation.GET,
                Category.META_DATA,
                Outcome.SUCCESS,
                false,
                -1,
                -1,
                "GET",
                "1.1",
                path,
                null,
                "curl/7.88.1",
                "curl",
                "7.88.1",
                "EC2ws",
                200,
                312,
                null,
                Set.of(),
                null,
                null);
    }
}
