package dev.imdsanalyzer.daemon.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsVersion;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PipelineWarmUpTest {
    @Test
    void oneCallGoesThroughAllStages() {
        List<ImdsCall> calls = new ArrayList<>();

        new PipelineWarmUp(calls::add).call();

        assertThat(calls).singleElement().satisfies(call -> {
            assertThat(call.version()).isEqualTo(ImdsVersion.V2);
            assertThat(call.status()).isEqualTo(200);
        });
    }
}
