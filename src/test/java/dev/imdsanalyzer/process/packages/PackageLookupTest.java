package dev.imdsanalyzer.process.packages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.kernel.HostRoot;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.PathOrigin;
import dev.imdsanalyzer.process.Provenance;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a lookup asks the databases, and in which file system. */
@LinuxOnly("files below another root, by openat2(2)")
class PackageLookupTest {
    private PackageFolder host;

    @BeforeEach
    void resolveRoot(@TempDir Path temporary) throws IOException {
        host = new PackageFolder(temporary.toRealPath());
    }

    @Test
    void completesACallerTheSecondTimeFromMemory() throws Exception {
        host.installTool();
        AtomicInteger statusReads = new AtomicInteger();
        PackageLookup.RootedFiles files = (pid, path) -> {
            statusReads.addAndGet(path.equals(DebianPackages.STATUS) ? 1 : 0);
            return host.open(path);
        };
        try (PackageLookup lookup = new PackageLookup(files, new Counters(), System::nanoTime)) {
            assertThat(completed(lookup, PackageFolder.tool()).packageName()).isEqualTo("tool");
            assertThat(completed(lookup, PackageFolder.tool()).packageVersion()).isEqualTo("1");
            assertThat(statusReads).hasValue(1);
        }
    }

    @Test
    void looksAgainAMinuteAfterTheTimeRanOut() throws Exception {
        host.installTool();
        AtomicLong clock = new AtomicLong();
        AtomicBoolean busy = new AtomicBoolean(true);
        PackageLookup.RootedFiles files = (pid, path) -> {
            clock.addAndGet(busy.get() && path.equals(DebianPackages.STATUS) ? 2_000_000_000L : 0);
            return host.open(path);
        };
        try (PackageLookup lookup = new PackageLookup(files, new Counters(), clock::get)) {
            assertThat(completed(lookup, PackageFolder.tool()).packageName()).isNull();
            busy.set(false);
            clock.addAndGet(PackageLookup.RETRY_NANOS - 1);
            assertThat(completed(lookup, PackageFolder.tool()).packageName()).isNull();
            clock.incrementAndGet();
            assertThat(completed(lookup, PackageFolder.tool()).packageName()).isEqualTo("tool");
        }
    }

    @Test
    void looksAgainAMinuteAfterAFault() throws Exception {
        host.installTool();
        AtomicLong clock = new AtomicLong();
        AtomicBoolean faulty = new AtomicBoolean(true);
        PackageLookup.RootedFiles files = (pid, path) -> {
            if (faulty.get() && path.equals(DebianPackages.STATUS)) {
                throw new IllegalStateException("a damaged database");
            }
            return host.open(path);
        };
        Counters counters = new Counters();
        try (PackageLookup lookup = new PackageLookup(files, counters, clock::get)) {
            assertThat(completed(lookup, PackageFolder.tool()).packageName()).isNull();
            assertThat(counters.faults().total()).isEqualTo(1);
            faulty.set(false);
            clock.addAndGet(PackageLookup.RETRY_NANOS);
            assertThat(completed(lookup, PackageFolder.tool()).packageName()).isEqualTo("tool");
        }
    }

    /** Whatever a database in the caller's own place says: one that ended before it could be read has none, too. */
    @Test
    void takesTheHostsPackageForTheHostsFileAndNoneForAFileOfTheCallersOwn() throws Exception {
        host.installTool();

        PackageLookup.RootedFiles files = (pid, path) -> pid == HostRoot.PID ? host.open(path) : null;
        try (PackageLookup lookup = new PackageLookup(files, new Counters(), System::nanoTime)) {
            assertThat(completed(lookup, ended(PathOrigin.HOST)).packageName()).isEqualTo("tool");
            assertThat(completed(lookup, ended(PathOrigin.CONTAINER)).packageName())
                    .isNull();
        }
        try (PackageLookup lookup =
                new PackageLookup((pid, path) -> host.open(path), new Counters(), System::nanoTime)) {
            assertThat(completed(lookup, ended(PathOrigin.CONTAINER)).packageName())
                    .isEqualTo("tool");
            for (PathOrigin unasked : new PathOrigin[] {PathOrigin.OWN, PathOrigin.UNKNOWN}) {
                CompletableFuture<Caller> completed = new CompletableFuture<>();
                Caller caller = ended(unasked);
                lookup.complete(caller, completed::complete);
                assertThat(completed.getNow(null)).as("%s, at once", unasked).isSameAs(caller);
            }
        }
    }

    @Test
    void leavesACallerWithoutAFileAsItIs() throws Exception {
        try (PackageLookup lookup = new PackageLookup(new Counters())) {
            Caller module = new CallerBuilder(AttributionMethod.SOCKET)
                    .pid((int) ProcessHandle.current().pid())
                    .executable("/usr/bin/python3")
                    .script("http.server")
                    .provenance(new Provenance(PathOrigin.HOST, true, true, 0, 0, true))
                    .build();
            CompletableFuture<Caller> completed = new CompletableFuture<>();
            lookup.complete(module, completed::complete);
            assertThat(completed.getNow(null)).isSameAs(module);
        }
    }

    @Test
    void aFileThatCannotBeAskedForLeavesTheCallerAsItIs() throws Exception {
        Counters counters = new Counters();
        PackageLookup.RootedFiles files = (pid, path) -> {
            throw new IllegalStateException("on purpose");
        };
        try (PackageLookup lookup = new PackageLookup(files, counters, System::nanoTime)) {
            Caller caller = PackageFolder.tool();
            assertThat(completed(lookup, caller)).isSameAs(caller);
            assertThat(counters.faults().total()).isEqualTo(1);
        }
    }

    /** It costs no time, so the next file is looked for as ever. */
    @Test
    void aDatabaseWithSomethingTooLongIsCountedAndNobodyIsLeftAlone() throws Exception {
        host.installTool();
        host.write("usr/bin/other", "");
        host.write("var/lib/dpkg/status", "Package: " + "x".repeat(300) + "\n");
        Counters counters = new Counters();
        try (PackageLookup lookup = new PackageLookup((pid, path) -> host.open(path), counters, System::nanoTime)) {
            assertThat(completed(lookup, ended(PathOrigin.CONTAINER)).packageName())
                    .isNull();
            assertThat(counters.get(Counter.PACKAGE_DATABASES_GIVEN_UP)).isEqualTo(1);
            host.installTool();
            host.write("var/lib/dpkg/info/tool.list", "/usr/bin/other\n");
            Caller other = new CallerBuilder(ended(PathOrigin.CONTAINER))
                    .executable("/usr/bin/other")
                    .build();
            assertThat(completed(lookup, other).packageName()).isEqualTo("tool");
        }
    }

    @Test
    void theStopTellsThoseWhoWaitThatThereIsNoPackage() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        PackageLookup.RootedFiles files = (pid, path) -> {
            entered.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return null;
        };
        PackageLookup lookup = new PackageLookup(files, new Counters(), System::nanoTime);
        Caller caller = PackageFolder.tool();
        CompletableFuture<Caller> underWay = new CompletableFuture<>();
        CompletableFuture<Caller> waiting = new CompletableFuture<>();
        lookup.complete(caller, underWay::complete);
        entered.await();
        lookup.complete(caller, waiting::complete);
        lookup.close();
        assertThat(waiting.getNow(null)).isSameAs(caller);
        assertThat(underWay.get(60, TimeUnit.SECONDS)).isSameAs(caller);
    }

    private static Caller ended(PathOrigin origin) {
        return new CallerBuilder(PackageFolder.tool())
                .pid(5_000_001)
                .provenance(new Provenance(origin, true, true, 0, 0, true))
                .build();
    }

    private static Caller completed(PackageLookup lookup, Caller caller) throws Exception {
        CompletableFuture<Caller> completed = new CompletableFuture<>();
        lookup.complete(caller, completed::complete);
        return completed.get(60, TimeUnit.SECONDS);
    }
}
