package dev.imdsanalyzer.process.packages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Attributor;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBudget;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.PackageOwners;
import dev.imdsanalyzer.process.PendingAttribution;
import dev.imdsanalyzer.status.Counters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The package added to what another attributor says. */
@LinuxOnly("files below another root, by openat2(2)")
class PackageAttributorTest {
    private final CallerBudget budget = new CallerBudget(CallerBudget.DEFAULT_BYTES, new Counters());
    private PackageFolder host;

    @BeforeEach
    void resolveRoot(@TempDir Path temporary) throws IOException {
        host = new PackageFolder(temporary.toRealPath());
    }

    @Test
    @Timeout(60)
    void holdsUpNobodyWhileACallersFileSystemAnswersNobody() throws Exception {
        CountDownLatch mended = new CountDownLatch(1);
        PackageLookup.RootedFiles files = (pid, path) -> {
            if (path.equals("/usr/bin/tool")) {
                awaitUninterruptibly(mended);
            }
            return host.open(path);
        };
        PackageLookup lookup = new PackageLookup(files, new Counters(), System::nanoTime);
        Caller caller = PackageFolder.tool();
        try (Attributor attributor = new PackageAttributor(known(caller), lookup, budget)) {
            assertThat(attributor.connectionOpened(null, 0, 1).caller(1_000_000))
                    .isSameAs(caller);
        }
        lookup.close();
        mended.countDown();
    }

    /** As a thread in the kernel's uninterruptible sleep. */
    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void addsThePackageToTheCallersOfAnotherAttributor() throws Exception {
        Caller caller = new CallerBuilder(AttributionMethod.CONNECT).pid(1).build();
        Attributor known = known(caller);
        PackageOwners owners = (asked, done) ->
                done.accept(new CallerBuilder(asked).owner("a", "1", "deb").build());
        try (Attributor attributor = new PackageAttributor(known, owners, budget)) {
            Attribution attribution = attributor.connectionOpened(null, 0, 1);
            assertThat(attribution.caller(0).packageName()).isEqualTo("a");
            assertThat(attribution.settled()).isTrue();
        }
        PackageOwners never = (asked, done) -> {};
        try (Attributor attributor = new PackageAttributor(known, never, budget)) {
            assertThat(attributor.connectionOpened(null, 0, 1).caller(1_000_000))
                    .isSameAs(caller);
        }
    }

    @Test
    void asksForThePackageOfACallerThatIsKnownAtOnceBeforeItsAnswerIsWanted() throws Exception {
        Caller caller = new CallerBuilder(AttributionMethod.CONNECT).pid(1).build();
        List<Caller> asked = new ArrayList<>();
        PackageOwners owners = (unnamed, done) -> {
            asked.add(unnamed);
            done.accept(unnamed);
        };
        try (Attributor attributor = new PackageAttributor(known(caller), owners, budget)) {
            Attribution attribution = attributor.connectionOpened(null, 0, 1);
            assertThat(asked).containsExactly(caller);
            assertThat(attribution.caller(0)).isSameAs(caller);
            assertThat(asked).hasSize(1);
        }
    }

    private static Attributor known(Caller caller) {
        return new Attributor() {
            @Override
            public Attribution connectionOpened(FourTuple fourTuple, long openedNanos, long initialSequenceNumber) {
                return PendingAttribution.settled(caller);
            }

            @Override
            public boolean ready() {
                return true;
            }

            @Override
            public void close() {}
        };
    }
}
