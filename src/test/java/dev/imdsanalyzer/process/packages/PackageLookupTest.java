package dev.imdsanalyzer.process.packages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.kernel.RootedFile;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Attributor;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.PackageOwners;
import dev.imdsanalyzer.process.PendingAttribution;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackageLookupTest {
    private static final long MINUTE_NANOS = 60_000_000_000L;

    @TempDir
    private Path temporary;

    private Path root;

    @BeforeEach
    void resolveRoot() throws IOException {
        root = temporary.toRealPath();
    }

    @ParameterizedTest
    @CsvSource({
        "/usr/bin/curl, curl 7.88.1-10+deb12u12 deb",
        "/bin/curl, curl 7.88.1-10+deb12u12 deb",
        "/usr/bin/bash, bash 5.2.15-2+b7 deb",
        "/usr/lib/x86_64-linux-gnu/libz.so.1, zlib1g 1:1.2.13.dfsg-1 deb",
        "/usr/bin/tool.distrib, tool 1 deb",
        "/usr/bin/tool, better-tool 2 deb",
        "/usr/bin/cur, ",
        "/usr/bin/removed, ",
        "/usr/local/bin/own, ",
    })
    void findsTheOwnerInTheDatabaseOfDpkg(String path, String expected) throws IOException {
        write("var/lib/dpkg/status", """
                Package: curl
                Status: install ok installed
                Architecture: amd64
                Version: 7.88.1-10+deb12u12
                Description: tool
                 Status: deinstall ok config-files

                Package: bash
                Status: install ok installed
                Version: 5.2.15-2+b7

                Package: zlib1g
                Status: install ok installed
                Architecture: amd64
                Multi-Arch: same
                Version: 1:1.2.13.dfsg-1

                Package: removed
                Status: deinstall ok config-files
                Version: 1

                Package: tool
                Status: hold ok installed
                Version: 1

                Package: better-tool
                Status: install ok installed
                Version: 2
                """);
        write("var/lib/dpkg/info/curl.list", "/.\n/usr\n/usr/bin\n/usr/bin/curl\n/usr/share/doc/curl\n");
        write("var/lib/dpkg/info/bash.list", "/.\n/bin\n/bin/bash");
        write("var/lib/dpkg/info/zlib1g:amd64.list", "/lib/x86_64-linux-gnu/libz.so.1\n");
        write("var/lib/dpkg/info/removed.list", "/usr/bin/removed\n");
        write("var/lib/dpkg/info/tool.list", "/usr/bin/tool\n");
        write("var/lib/dpkg/info/better-tool.list", "/usr/bin/tool\n");
        write("var/lib/dpkg/diversions", "/usr/bin/tool\n/usr/bin/tool.distrib\nbetter-tool\n/a\n/a.b\n:\n");
        assertThat(owner(path)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "/usr/bin/example-tool, example-tool 1:2.3-4 rpm",
        "/bin/example-tool, example-tool 1:2.3-4 rpm",
        "/usr/share/example/job.py, example-tool 1:2.3-4 rpm",
        "/usr/share/other/job.py, example-tool-other 7-4 rpm",
        "/usr/share/many/1/file-1, example-tool-many 2.3-4 rpm",
        "/usr/share/many/77/README, example-tool-many 2.3-4 rpm",
        "/usr/share/many/120/file-120, example-tool-many 2.3-4 rpm",
        "/usr/share/many/2/file-1, ",
        "/usr/share/none/job.py, ",
        "/a, ",
        "/zzzz, ",
    })
    void findsTheOwnerInTheDatabasesOfRpm(String path, String expected) throws IOException {
        byte[] database = sqlite();
        Path sqlite = write("var/lib/rpm/rpmdb.sqlite", database);
        assertThat(owner(path)).isEqualTo(expected);
        Files.delete(sqlite);
        Path ndb = write("usr/lib/sysimage/rpm/Packages.db", ndb(database));
        assertThat(owner(path)).isEqualTo(expected);
        Files.delete(ndb);
        // Of a little-endian machine, whose index is a btree, and of a big-endian one, whose index is a hash.
        for (String order : List.of("little", "big")) {
            write("var/lib/rpm/Basenames", resource("Basenames-" + order));
            write("var/lib/rpm/Packages", resource("Packages-" + order));
            assertThat(owner(path)).as(order).isEqualTo(expected);
        }
    }

    @Test
    void answersNothingWhereABerkeleyDatabaseIsCutShortOrDamaged() throws IOException {
        java.util.Random random = new java.util.Random(7);
        for (String order : List.of("little", "big")) {
            for (String name : List.of("Basenames", "Packages")) {
                write("var/lib/rpm/Basenames", resource("Basenames-" + order));
                write("var/lib/rpm/Packages", resource("Packages-" + order));
                byte[] sound = resource(name + "-" + order);
                for (int i = 0; i < 200; i++) {
                    byte[] damaged =
                            java.util.Arrays.copyOf(sound, i % 4 == 0 ? random.nextInt(sound.length) : sound.length);
                    for (int j = 0; j < 1 + damaged.length / 50; j++) {
                        int at = random.nextInt(
                                Math.max(1, i % 2 == 0 ? Math.min(512, damaged.length) : damaged.length));
                        if (at < damaged.length) {
                            damaged[at] = (byte) random.nextInt();
                        }
                    }
                    write("var/lib/rpm/" + name, damaged);
                    assertThat(owner("/usr/share/none/job.py")).isNull();
                }
            }
        }
    }

    @Test
    void answersNothingWhereADatabaseIsCutShortOrDamaged() throws IOException {
        byte[] database = sqlite();
        Path file = write("var/lib/rpm/rpmdb.sqlite", database);
        for (int length = 0; length < database.length; length += 3_001) {
            Files.write(file, java.util.Arrays.copyOf(database, length));
            assertThat(owner("/usr/share/none/job.py")).isNull();
        }
        java.util.Random random = new java.util.Random(7);
        for (int i = 0; i < 200; i++) {
            byte[] damaged = database.clone();
            for (int j = 0; j < 200; j++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            Files.write(file, damaged);
            assertThat(owner("/usr/share/none/job.py")).isNull();
        }
    }

    @Test
    void readsListsOfAnyLength() throws IOException {
        write(
                "var/lib/dpkg/status",
                "Description: " + "x".repeat(200_000) + "\nPackage: a\nStatus: install ok installed\nVersion: 1\n");
        write("var/lib/dpkg/info/a.list", "/some/file\n".repeat(100_000) + "/" + "y".repeat(200_000) + "\n/a");
        assertThat(owner("/a")).isEqualTo("a 1 deb");
        assertThat(owner("/some/fil")).isNull();
    }

    @Test
    void stopsWhenTheTimeIsUp() throws IOException {
        write("var/lib/dpkg/status", "Package: a\nStatus: install ok installed\nVersion: 1\n");
        write("var/lib/dpkg/info/a.list", "/a\n");
        FileRoot files = this::open;
        assertThat(PackageLookup.owner(files, "/a", new Deadline(MINUTE_NANOS))).isNotNull();
        assertThat(PackageLookup.owner(files, "/a", new Deadline(0))).isNull();
    }

    @Test
    void completesACallerTheSecondTimeFromMemory() throws Exception {
        installTool();
        AtomicInteger statusReads = new AtomicInteger();
        PackageLookup.RootedFiles files = (pid, path) -> {
            statusReads.addAndGet(path.equals(DebianPackages.STATUS) ? 1 : 0);
            return open(path);
        };
        try (PackageLookup lookup = new PackageLookup(files, System::nanoTime)) {
            assertThat(completed(lookup, tool()).packageName()).isEqualTo("tool");
            assertThat(completed(lookup, tool()).packageVersion()).isEqualTo("1");
            assertThat(statusReads).hasValue(1);
        }
    }

    @Test
    @Timeout(60)
    void holdsUpNobodyWhileACallersFileSystemAnswersNobody() throws Exception {
        CountDownLatch mended = new CountDownLatch(1);
        PackageLookup.RootedFiles files = (pid, path) -> {
            if (path.equals("/usr/bin/tool")) {
                awaitUninterruptibly(mended);
            }
            return open(path);
        };
        PackageLookup lookup = new PackageLookup(files, System::nanoTime);
        Caller caller = tool();
        try (Attributor attributor = new PackageAttributor(known(caller), lookup)) {
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
    void looksAgainAMinuteAfterTheTimeRanOut() throws Exception {
        installTool();
        AtomicLong clock = new AtomicLong();
        AtomicBoolean busy = new AtomicBoolean(true);
        PackageLookup.RootedFiles files = (pid, path) -> {
            clock.addAndGet(busy.get() && path.equals(DebianPackages.STATUS) ? 2_000_000_000L : 0);
            return open(path);
        };
        try (PackageLookup lookup = new PackageLookup(files, clock::get)) {
            assertThat(completed(lookup, tool()).packageName()).isNull();
            busy.set(false);
            clock.addAndGet(PackageLookup.RETRY_NANOS - 1);
            assertThat(completed(lookup, tool()).packageName()).isNull();
            clock.incrementAndGet();
            assertThat(completed(lookup, tool()).packageName()).isEqualTo("tool");
        }
    }

    @Test
    void looksAgainAMinuteAfterAFault() throws Exception {
        installTool();
        AtomicLong clock = new AtomicLong();
        AtomicBoolean faulty = new AtomicBoolean(true);
        PackageLookup.RootedFiles files = (pid, path) -> {
            if (faulty.get() && path.equals(DebianPackages.STATUS)) {
                throw new IllegalStateException("a damaged database");
            }
            return open(path);
        };
        try (PackageLookup lookup = new PackageLookup(files, clock::get)) {
            assertThat(completed(lookup, tool()).packageName()).isNull();
            faulty.set(false);
            clock.addAndGet(PackageLookup.RETRY_NANOS);
            assertThat(completed(lookup, tool()).packageName()).isEqualTo("tool");
        }
    }

    /** The caller has ended: its own root is gone, and the host's is its root only if it was on the host. */
    @Test
    void takesTheHostsPackageOfAnEndedCallerOnlyIfItWasOnTheHost() throws Exception {
        installTool();
        int self = (int) ProcessHandle.current().pid();
        PackageLookup.RootedFiles files = (pid, path) -> pid == self ? open(path) : null;
        long ownNamespace = ownNetworkNamespace();
        try (PackageLookup lookup = new PackageLookup(files, System::nanoTime)) {
            Caller onHost = ended().networkNamespace(ownNamespace).build();
            assertThat(completed(lookup, onHost).packageName()).isEqualTo("tool");
            Caller elsewhere = ended().networkNamespace(ownNamespace + 1).build();
            assertThat(completed(lookup, elsewhere).packageName()).isNull();
            Caller inContainer = ended().networkNamespace(ownNamespace)
                    .container("abc", "docker")
                    .build();
            assertThat(completed(lookup, inContainer).packageName()).isNull();
            assertThat(completed(lookup, ended().build()).packageName()).isNull();
            Caller inService = ended().systemdUnit("cron.service").build();
            assertThat(completed(lookup, inService).packageName()).isEqualTo("tool");
        }
    }

    private static long ownNetworkNamespace() throws IOException {
        return Long.parseLong(
                Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString().replaceAll("\\D", ""));
    }

    private void installTool() throws IOException {
        write("usr/bin/tool", "");
        write("var/lib/dpkg/status", "Package: tool\nStatus: install ok installed\nVersion: 1\n");
        write("var/lib/dpkg/info/tool.list", "/usr/bin/tool\n");
    }

    private static Caller tool() {
        return new CallerBuilder(AttributionMethod.SOCKET)
                .pid((int) ProcessHandle.current().pid())
                .executable("/usr/bin/tool")
                .build();
    }

    private static CallerBuilder ended() {
        return new CallerBuilder(tool()).pid(5_000_001);
    }

    private static Caller completed(PackageLookup lookup, Caller caller) throws Exception {
        CompletableFuture<Caller> completed = new CompletableFuture<>();
        lookup.complete(caller, completed::complete);
        return completed.get(60, TimeUnit.SECONDS);
    }

    @Test
    void leavesACallerWithoutAFileAsItIs() throws Exception {
        try (PackageLookup lookup = new PackageLookup()) {
            Caller module = new CallerBuilder(AttributionMethod.SOCKET)
                    .pid((int) ProcessHandle.current().pid())
                    .executable("/usr/bin/python3")
                    .script("http.server")
                    .build();
            CompletableFuture<Caller> completed = new CompletableFuture<>();
            lookup.complete(module, completed::complete);
            assertThat(completed.getNow(null)).isSameAs(module);
        }
    }

    @Test
    void addsThePackageToTheCallersOfAnotherAttributor() throws Exception {
        Caller caller = new CallerBuilder(AttributionMethod.CONNECT).pid(1).build();
        Attributor known = known(caller);
        PackageOwners owners = (asked, done) ->
                done.accept(new CallerBuilder(asked).owner("a", "1", "deb").build());
        try (Attributor attributor = new PackageAttributor(known, owners)) {
            Attribution attribution = attributor.connectionOpened(null, 0, 1);
            assertThat(attribution.caller(0).packageName()).isEqualTo("a");
            assertThat(attribution.settled()).isTrue();
        }
        PackageOwners never = (asked, done) -> {};
        try (Attributor attributor = new PackageAttributor(known, never)) {
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
        try (Attributor attributor = new PackageAttributor(known(caller), owners)) {
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

    private String owner(String path) {
        OwningPackage owner = PackageLookup.owner(this::open, path, new Deadline(MINUTE_NANOS));
        return owner == null ? null : owner.name() + " " + owner.version() + " " + owner.type();
    }

    private RootedFile open(String path) {
        return RootedFile.open((int) ProcessHandle.current().pid(), root + path);
    }

    private byte[] sqlite() throws IOException {
        return resource("rpmdb.sqlite");
    }

    private byte[] resource(String name) throws IOException {
        try (InputStream resource = getClass().getResourceAsStream(name + ".gz");
                InputStream content = new GZIPInputStream(resource)) {
            return content.readAllBytes();
        }
    }

    /** The same packages as rpm's lib/backend/ndb/rpmpkg.c lays them out. */
    private static byte[] ndb(byte[] database) {
        SqliteFile sqlite = SqliteFile.open(
                (position, into) -> {
                    boolean inside = position + into.length <= database.length;
                    if (inside) {
                        System.arraycopy(database, (int) position, into, 0, into.length);
                    }
                    return inside;
                },
                new Deadline(MINUTE_NANOS));
        ByteBuffer file = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
        file.put(0, "RpmP".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        file.putInt(12, 1);
        int block = 4096 / 16;
        for (int number = 1; number <= 3; number++) {
            byte[] blob = (byte[]) sqlite.row(sqlite.rootPage("Packages"), number)[1];
            int slot = 32 + 16 * number;
            file.put(slot, "Slot".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            file.putInt(slot + 4, number);
            file.putInt(slot + 8, block);
            file.put(block * 16, "BlbS".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            file.putInt(block * 16 + 4, number);
            file.putInt(block * 16 + 12, blob.length);
            file.put(block * 16 + 16, blob);
            block += (blob.length + 16 + 31) / 16;
        }
        return java.util.Arrays.copyOf(file.array(), block * 16);
    }

    private Path write(String path, String content) throws IOException {
        return write(path, content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private Path write(String path, byte[] content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }
}
