package dev.imdsanalyzer.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsCallBuilder;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.output.line.Samples;
import dev.imdsanalyzer.output.line.call.CallLine;
import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FoldingKeyTest {
    private static final Caller CALLER = caller().build();
    private static final Ancestor ANCESTOR = Samples.caller(7).ancestors().get(0);
    private static final ImdsCall CALL = call(ImdsVersion.V1, "GET", "/a", "curl/1", 200, null);

    private final FoldingKey.Maker maker = new FoldingKey.Maker();

    private static CallerBuilder caller() {
        return new CallerBuilder(AttributionMethod.CONNECT)
                .pid(1)
                .name("curl")
                .commandLine("curl -s")
                .user(1000, null)
                .container("c1", "docker");
    }

    private static ImdsCall call(
            ImdsVersion version, String method, String path, String userAgent, int status, String detail) {
        ImdsCall call = Samples.call(version, method, path, userAgent, Samples.TIME, Set.of());
        return new ImdsCallBuilder(call)
                .version(version)
                .request(method, path, call.query())
                .client(userAgent, call.userAgentName(), call.userAgentVersion())
                .status(status)
                .detail(detail)
                .build();
    }

    private FoldingKey key(ImdsCall call, Caller caller) {
        return maker.of(new CallLine(Samples.ORIGIN, call, caller, null, 1, 1, 0, 0));
    }

    private void differs(ImdsCall call, Caller caller) {
        assertThat(key(call, caller)).isNotEqualTo(key(CALL, CALLER));
    }

    @Test
    void theSameByAnotherProcessIsTheSame() {
        assertThat(key(CALL, caller().pid(2).build())).isEqualTo(key(CALL, CALLER));
    }

    @Test
    void whatTheCallSaysAndGetsTellsApart() {
        differs(call(ImdsVersion.V2, "GET", "/a", "curl/1", 200, null), CALLER);
        differs(call(ImdsVersion.V1, "PUT", "/a", "curl/1", 200, null), CALLER);
        differs(call(ImdsVersion.V1, "GET", "/b", "curl/1", 200, null), CALLER);
        differs(call(ImdsVersion.V1, "GET", "/a", "curl/2", 200, null), CALLER);
        differs(call(ImdsVersion.V1, "GET", "/a", "curl/1", 401, null), CALLER);
        differs(call(ImdsVersion.V1, "GET", "/a", "curl/1", 200, "cut"), CALLER);
        differs(CALL.withFindings(EnumSet.of(Finding.IMDSV1_REQUEST), null), CALLER);
    }

    @Test
    void whoTheCallerIsTellsApart() {
        differs(CALL, caller().commandLine("curl -v").build());
        differs(CALL, caller().user(1001, null).build());
        differs(CALL, caller().container("c2", "docker").build());
        differs(CALL, caller().ancestors(List.of(ANCESTOR)).build());
        differs(CALL, caller().proxy(caller().pid(9).build()).build());
    }
}
