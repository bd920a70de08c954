package dev.imdsanalyzer.daemon.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.imds.Category;
import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsCallBuilder;
import dev.imdsanalyzer.imds.ImdsSettings;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.imds.Operation;
import dev.imdsanalyzer.imds.Outcome;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whose IMDSv1 calls a token that did not arrive explains. */
class CallReviewTest {
    private static final long POD_NAMESPACE = 1;

    private final CallReview review = new CallReview(new ImdsSettings(null), List.of());

    @Test
    void processesOfOneContainerShareIt() {
        assertThat(fallback(caller(10, "aa", POD_NAMESPACE), caller(11, "aa", POD_NAMESPACE)))
                .isTrue();
    }

    @Test
    void anotherContainerOfTheSamePodHasNotAskedForAToken() {
        assertThat(fallback(caller(10, "aa", POD_NAMESPACE), caller(11, "bb", POD_NAMESPACE)))
                .isFalse();
    }

    @Test
    void networkNamespaceStandsForAContainerWithoutId() {
        assertThat(fallback(caller(10, null, POD_NAMESPACE), caller(11, null, POD_NAMESPACE)))
                .isTrue();
        assertThat(fallback(caller(20, null, 2), caller(21, null, 3))).isFalse();
    }

    @LinuxOnly("namespaces in /proc")
    @Test
    void processesOfTheHostShareNothing() throws IOException {
        String link = Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
        long own = Long.parseLong(link.replaceAll("[^0-9]", ""));

        assertThat(fallback(caller(10, null, own), caller(11, null, own))).isFalse();
        assertThat(fallback(caller(10, null, -1), caller(11, null, -1))).isFalse();
        assertThat(fallback(caller(10, null, own), caller(10, null, own))).isTrue();
    }

    @LinuxOnly("namespaces in /proc")
    @Test
    void containersOfTheHostsNamespaceAreToldApart() throws IOException {
        String link = Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
        long own = Long.parseLong(link.replaceAll("[^0-9]", ""));

        assertThat(fallback(caller(10, "aa", own), caller(11, "aa", own))).isTrue();
        assertThat(fallback(caller(10, "aa", own), caller(11, "bb", own))).isFalse();
    }

    /** Whether a call of the second is a fallback after the first got no token. */
    private boolean fallback(Caller first, Caller second) {
        review.review(call(Operation.TOKEN, ImdsVersion.V2, List.of(Finding.TOKEN_RESPONSE_DROPPED)), first);
        ImdsCall call = call(Operation.GET, ImdsVersion.V1, List.of(Finding.IMDSV1_REQUEST));
        return review.review(call, second).findings().contains(Finding.IMDSV1_FALLBACK);
    }

    private static ImdsCall call(Operation operation, ImdsVersion version, List<Finding> findings) {
        return new ImdsCallBuilder()
                .version(version)
                .kind(operation, operation == Operation.TOKEN ? Category.TOKEN : Category.META_DATA, Outcome.SUCCESS)
                .findings(Set.copyOf(findings), null)
                .build();
    }

    private static Caller caller(int pid, String containerId, long networkNamespace) {
        return new CallerBuilder(AttributionMethod.CONNECT)
                .pid(pid)
                .name("python3")
                .executable("/usr/bin/python3")
                .startNanos(1_795_264_000_000_000_000L + pid)
                .user(0, "root")
                .container(containerId, null)
                .networkNamespace(networkNamespace)
                .build();
    }
}
