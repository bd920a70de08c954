package dev.imdsanalyzer.process.packages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.kernel.RootedFile;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.PathOrigin;
import dev.imdsanalyzer.process.Provenance;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Roots whose databases take their time: who waits for them, by a clock of the test's own. */
@LinuxOnly("files below another root, by openat2(2)")
@Timeout(60)
class HostileRootsTest {
    private static final int HOSTILE = 1_000_001;
    private static final int OTHER = 1_000_002;

    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger hostileReads = new AtomicInteger();
    private final Counters counters = new Counters();
    private PackageFolder host;

    @BeforeEach
    void resolveRoot(@TempDir Path temporary) throws IOException {
        host = new PackageFolder(temporary.toRealPath());
        host.installTool();
    }

    /** In one of the roots each look-up takes all of its time. */
    private final class Roots implements PackageLookup.RootedFiles {
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch begin = new CountDownLatch(1);

        @Override
        public RootedFile open(int pid, String path) {
            asked.countDown();
            await(begin);
            if (pid == HOSTILE && path.equals(DebianPackages.STATUS)) {
                hostileReads.incrementAndGet();
                clock.addAndGet(LookupBudget.LOOKUP_NANOS);
            }
            return host.open(path);
        }
    }

    private static void await(CountDownLatch latch) {
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

    private static CallerBuilder tool(int pid) {
        return new CallerBuilder(AttributionMethod.CONNECT).pid(pid).executable("/usr/bin/tool");
    }

    private static Caller inContainer(int pid) {
        return tool(pid)
                .container("container-" + pid, "docker")
                .provenance(new Provenance(PathOrigin.CONTAINER, true, true, 0, 0, false))
                .build();
    }

    private static CompletableFuture<Caller> complete(PackageLookup lookup, Caller caller) {
        CompletableFuture<Caller> completed = new CompletableFuture<>();
        lookup.complete(caller, completed::complete);
        return completed;
    }

    @Test
    void waitsNoLongerThanOneDeadlineForAnothersRootAndThenLeavesThatAlone() throws Exception {
        Roots roots = new Roots();
        try (PackageLookup lookup = new PackageLookup(roots, counters, clock::get)) {
            List<CompletableFuture<Caller>> hostile = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                hostile.add(complete(lookup, inContainer(HOSTILE)));
            }
            roots.asked.await();
            CompletableFuture<Caller> other = complete(lookup, inContainer(OTHER));
            roots.begin.countDown();
            assertThat(other.get(60, TimeUnit.SECONDS).packageName()).isEqualTo("tool");
            assertThat(clock).hasValueLessThanOrEqualTo(LookupBudget.LOOKUP_NANOS);
            for (CompletableFuture<Caller> one : hostile) {
                assertThat(one.get(60, TimeUnit.SECONDS).packageName()).isNull();
            }
            assertThat(hostileReads).hasValue(1);
            assertThat(counters.get(Counter.PACKAGE_DATABASES_GIVEN_UP)).isEqualTo(1);
        }
    }

    @Test
    void looksAtARootThatWasLeftAloneAgainAfterAWhile() throws Exception {
        Roots roots = new Roots();
        roots.begin.countDown();
        try (PackageLookup lookup = new PackageLookup(roots, counters, clock::get)) {
            Caller hostile = inContainer(HOSTILE);
            complete(lookup, hostile).get(60, TimeUnit.SECONDS);
            clock.addAndGet(PackageLookup.RETRY_NANOS - 1);
            complete(lookup, hostile).get(60, TimeUnit.SECONDS);
            assertThat(hostileReads).hasValue(1);
            clock.incrementAndGet();
            complete(lookup, hostile).get(60, TimeUnit.SECONDS);
            assertThat(hostileReads).hasValue(2);
        }
    }

    @Test
    void neverLeavesTheHostsOwnDatabasesAlone() throws Exception {
        AtomicInteger reads = new AtomicInteger();
        PackageLookup.RootedFiles files = (pid, path) -> {
            boolean slow = path.equals(DebianPackages.STATUS) && reads.incrementAndGet() == 1;
            clock.addAndGet(slow ? LookupBudget.LOOKUP_NANOS : 0);
            return host.open(path);
        };
        host.write("usr/bin/other", "");
        host.write("var/lib/dpkg/info/tool.list", "/usr/bin/tool\n/usr/bin/other\n");
        try (PackageLookup lookup = new PackageLookup(files, counters, clock::get)) {
            assertThat(complete(lookup, PackageFolder.tool())
                            .get(60, TimeUnit.SECONDS)
                            .packageName())
                    .isNull();
            Caller other = new CallerBuilder(PackageFolder.tool())
                    .executable("/usr/bin/other")
                    .build();
            assertThat(complete(lookup, other).get(60, TimeUnit.SECONDS).packageName())
                    .isEqualTo("tool");
        }
    }

    /** A file of the host, mounted into a root with a database of its own. */
    @Test
    void keepsWhatARootSaysOfAFileOutOfWhatTheHostSays(@TempDir Path temporary) throws Exception {
        PackageFolder liar = new PackageFolder(temporary.toRealPath());
        liar.write("var/lib/dpkg/status", "Package: agent\nStatus: install ok installed\nVersion: 2\n");
        liar.write("var/lib/dpkg/info/agent.list", "/usr/bin/tool\n");
        PackageLookup.RootedFiles files =
                (pid, path) -> pid == HOSTILE && path.startsWith("/var") ? liar.open(path) : host.open(path);
        try (PackageLookup lookup = new PackageLookup(files, counters, clock::get)) {
            Caller there = inContainer(HOSTILE);
            assertThat(complete(lookup, there).get(60, TimeUnit.SECONDS).packageName())
                    .isEqualTo("agent");
            assertThat(complete(lookup, PackageFolder.tool())
                            .get(60, TimeUnit.SECONDS)
                            .packageName())
                    .isEqualTo("tool");
        }
    }

    /** As in the kernel's uninterruptible sleep. */
    @Test
    void goesOnWhileAReadNeverReturns() throws Exception {
        CountDownLatch mended = new CountDownLatch(1);
        CountDownLatch hanging = new CountDownLatch(1);
        PackageLookup.RootedFiles files = (pid, path) -> {
            if (pid == HOSTILE) {
                hanging.countDown();
                await(mended);
            }
            return host.open(path);
        };
        try (PackageLookup lookup = new PackageLookup(files, counters, clock::get)) {
            CompletableFuture<Caller> hostile = complete(lookup, inContainer(HOSTILE));
            hanging.await();
            CompletableFuture<Caller> waiting = complete(lookup, inContainer(OTHER));
            clock.addAndGet(LookupThreads.STUCK_NANOS);
            CompletableFuture<Caller> again = complete(lookup, inContainer(HOSTILE));
            assertThat(waiting.get(60, TimeUnit.SECONDS).packageName()).isEqualTo("tool");
            assertThat(again.get(60, TimeUnit.SECONDS).packageName()).isNull();
            assertThat(hostile).isNotDone();
            mended.countDown();
            assertThat(hostile.get(60, TimeUnit.SECONDS).packageName()).isEqualTo("tool");
            assertThat(counters.get(Counter.PACKAGE_DATABASES_GIVEN_UP)).isEqualTo(1);
        }
    }
}
