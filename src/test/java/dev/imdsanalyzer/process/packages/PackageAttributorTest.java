package dev.imdsanalyzer.process.packages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Attributor;
import dev.imdsanalyzer.process.Behind;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
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

    /** Of callers that are like one another only one is looked up every five seconds. */
    @Test
    void aCallerThatRunsTheSameHasThePackageThatWasFoundAMomentAgo() throws Exception {
        AtomicLong clock = new AtomicLong(7);
        List<Caller> asked = new ArrayList<>();
        PackageOwners owners = (unnamed, done) -> {
            asked.add(unnamed);
            done.accept(new CallerBuilder(unnamed).owner("a", "1", "deb").build());
        };
        Caller caller = new CallerBuilder(AttributionMethod.CONNECT)
                .pid(1)
                .executable("/bin/a")
                .build();
        try (Attributor first = new PackageAttributor(known(caller), owners, budget, clock::get)) {
            first.connectionOpened(null, 0, 1);
            clock.addAndGet(PackageAttributor.FRESH_NANOS - 1);
            assertThat(first.connectionOpened(null, 0, 1).caller(0).packageName())
                    .isEqualTo("a");
            assertThat(asked).containsExactly(caller);
            clock.addAndGet(1);
            assertThat(first.connectionOpened(null, 0, 1).caller(0).packageName())
                    .isEqualTo("a");
            assertThat(asked).hasSizeGreaterThan(1);
        }
    }

    /** Its package is found each time, and it is kept for nobody. */
    @Test
    void aHeavyCallerIsLookedUpEachTime() throws Exception {
        // Each character of the path counts twice.
        int length = 1 + (PackageAttributor.MAXIMUM_RECENT_BYTES - heavy(1).weight()) / 2;
        for (int more = 0; more < 2; more++) {
            List<Caller> asked = new ArrayList<>();
            PackageOwners owners = (unnamed, done) -> {
                asked.add(unnamed);
                done.accept(new CallerBuilder(unnamed).owner("a", "1", "deb").build());
            };
            Caller caller = heavy(length + more);
            assertThat(caller.weight()).isEqualTo(PackageAttributor.MAXIMUM_RECENT_BYTES + 2 * more);
            try (Attributor attributor = new PackageAttributor(known(caller), owners, budget)) {
                assertThat(attributor.connectionOpened(null, 0, 1).caller(0).packageName())
                        .isEqualTo("a");
                assertThat(asked).hasSize(1 + more);
            }
        }
    }

    private static Caller heavy(int length) {
        return new CallerBuilder(AttributionMethod.CONNECT)
                .pid(1)
                .commandLine("x".repeat(8_000))
                .executable("/" + "x".repeat(length))
                .build();
    }

    @Test
    void whatIsNoPackageIsTheOtherAttributors() throws Exception {
        Attribution answer = PendingAttribution.settled(Caller.unknown("none"));
        CompletableFuture<Behind> behind = new CompletableFuture<>();
        List<String> closed = new ArrayList<>();
        boolean[] ready = {true};
        Attributor other = new Attributor() {
            @Override
            public Attribution connectionOpened(FourTuple fourTuple, long openedNanos, long initialSequenceNumber) {
                return answer;
            }

            @Override
            public Attribution answering(FourTuple fourTuple) {
                return answer;
            }

            @Override
            public CompletableFuture<Behind> behind(FourTuple fourTuple, Caller caller, long callNanos) {
                return behind;
            }

            @Override
            public boolean ready() {
                return ready[0];
            }

            @Override
            public void close() {
                closed.add("closed");
            }
        };
        try (Attributor attributor = new PackageAttributor(other, (asked, done) -> {}, budget)) {
            assertThat(attributor.answering(null)).isSameAs(answer);
            assertThat(attributor.behind(null, null, 0)).isSameAs(behind);
            assertThat(attributor.ready()).isTrue();
            ready[0] = false;
            assertThat(attributor.ready()).isFalse();
            assertThat(closed).isEmpty();
        }
        assertThat(closed).hasSize(1);
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
