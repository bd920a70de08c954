package dev.imdsanalyzer.output.line;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsCallBuilder;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.output.line.call.CallLine;
import dev.imdsanalyzer.output.line.caller.CallerIdentity;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.IpAddress;
import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Calls and callers for the tests of the output. */
public final class Samples {
    public static final long TIME = 1_795_264_496_789_123_000L;
    public static final HostFacts HOST =
            new HostFacts("i-0123456789abcdef0", "web-1", "6.1.0", 8123, System.nanoTime());
    public static final Origin ORIGIN = new Origin(HOST, "0.1.0", "5d0c6e2f9a3b4c1d");

    private Samples() {}

    public static ImdsCall v1(String path, long timestampNanos) {
        return call(ImdsVersion.V1, path, "curl/7.88.1", timestampNanos, EnumSet.of(Finding.IMDSV1_REQUEST));
    }

    public static ImdsCall v2(String path) {
        return call(ImdsVersion.V2, path, "curl/7.88.1", TIME, Set.of());
    }

    public static ImdsCall call(
            ImdsVersion version, String path, String userAgent, long timestampNanos, Set<Finding> findings) {
        return call(version, "GET", path, userAgent, timestampNanos, findings);
    }

    public static ImdsCall call(
            ImdsVersion version,
            String method,
            String path,
            String userAgent,
            long timestampNanos,
            Set<Finding> findings) {
        return new ImdsCallBuilder()
                .time(timestampNanos, 812_345)
                .version(version)
                .request(method, path, null)
                .client(userAgent, "curl", "7.88.1")
                .token(version == ImdsVersion.V2)
                .response(200, "EC2ws", 312, version == ImdsVersion.V2 ? 300 : -1)
                .findings(findings, findings.isEmpty() ? null : "Do better.")
                .build();
    }

    /** A call whose texts are a stranger's; null for what it has not. */
    public static ImdsCall texts(
            String method, String path, String query, String userAgent, String server, String detail) {
        return new ImdsCallBuilder()
                .time(TIME, 812_345)
                .request(method, path, query)
                .client(userAgent, userAgent == null ? null : userAgent.split("[/ ]", 2)[0], null)
                .response(200, server, 312, -1)
                .detail(detail)
                .findings(EnumSet.of(Finding.IMDSV1_REQUEST), "Do better.")
                .build();
    }

    /** Nothing but an anomaly is known. */
    public static ImdsCall malformed() {
        return new ImdsCallBuilder()
                .flow(
                        2,
                        new FourTuple(new IpAddress(0x20010DB8L << 32, 5, true), 40_113, IpAddress.IMDS_IPV6, 80),
                        TIME,
                        -1)
                .noRequest()
                .noResponse()
                .detail("a TLS handshake")
                .findings(EnumSet.of(Finding.MALFORMED_REQUEST), "Find out why.")
                .build();
    }

    public static Caller caller(int pid) {
        return caller(pid, "curl -s http://169.254.169.254/", 0);
    }

    public static Caller caller(int pid, String commandLine, int extraAncestors) {
        List<Ancestor> ancestors = new ArrayList<>();
        ancestors.add(new Ancestor(6027, "makeCalls.sh", "/usr/bin/bash", "bash ./makeCalls.sh"));
        ancestors.add(new Ancestor(4070, "sshd", "/usr/sbin/sshd", "sshd: root@pts/0"));
        for (int i = 0; i < extraAncestors; i++) {
            ancestors.add(new Ancestor(100 + i, "more", commandLine, commandLine));
        }
        ancestors.add(new Ancestor(1, "systemd", "/usr/lib/systemd/systemd", "/sbin/init"));
        return new CallerBuilder(AttributionMethod.CONNECT)
                .pid(pid)
                .name("curl")
                .executable("/usr/bin/curl")
                .commandLine(commandLine)
                .workingDirectory("/root")
                .startNanos(TIME - 9_123_000)
                .ancestors(ancestors)
                .user(0, "root")
                .loginUserName("ubuntu")
                .systemdUnit("session-3.scope")
                .owner("curl", "7.88.1-10", "deb")
                .networkNamespace(4_026_531_840L)
                .build();
    }

    public static CallLine line(ImdsCall call, Caller caller) {
        return new CallLine(ORIGIN, call, caller, CallerIdentity.of(caller, call), 8123, 1, -1, -1);
    }
}
