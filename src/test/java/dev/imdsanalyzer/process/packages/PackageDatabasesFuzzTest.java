package dev.imdsanalyzer.process.packages;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.tcp.AllocatedBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Databases of every format. An input is a byte that chooses the format, a byte that chooses the file looked for and
 * whether sizes lie, and then the database's files one after another, each with two bytes of length in units of 16; the
 * last takes what is left.
 */
@LinuxOnly("files below another root, by openat2(2)")
class PackageDatabasesFuzzTest {
    private static final List<String> WANTED = List.of(
            "/usr/bin/example-tool",
            "/usr/share/example/job.py",
            "/usr/share/many/77/README",
            "/usr/share/many/120/file-120",
            "/bin/a",
            "/a",
            "/usr/bin/zzzz");

    private static final List<List<String>> FORMATS = List.of(
            List.of("/var/lib/dpkg/diversions", "/var/lib/dpkg/status", ".list"),
            List.of("/var/lib/rpm/rpmdb.sqlite"),
            List.of("/usr/lib/sysimage/rpm/Packages.db"),
            List.of("/var/lib/rpm/Basenames", "/var/lib/rpm/Packages"));

    /** As a sparse file of some container. */
    private static final long LYING_SIZE = 4L << 40;

    private static final int UNIT = 16;

    /** Of work; small, so that an input that goes in circles is done with quickly. */
    private static final long WORK_LIMIT = 5L << 20;

    /** The largest piece that is paid for at once. */
    private static final long PIECE = BlobBuffer.LIMIT + LookupBudget.SYSTEM_CALL;

    /** Pages of a tree of the largest size, windows, and one entry of the greatest length. */
    private static final long FIXED_BYTES = 12L << 20;

    private static final long BYTES_PER_BYTE = 16;

    /** Whatever stands in them: a name or none, within the memory and the work that a look-up may take. */
    @MethodSource("databases")
    @FuzzTest
    void nameAPackageOrNoneWithinTheirBounds(byte[] input) {
        if (input.length < 2) {
            return;
        }
        long bound = FIXED_BYTES + BYTES_PER_BYTE * input.length;
        long allocated = lookUp(input);
        // The first run of all loads classes.
        assertThat(allocated < bound ? allocated : lookUp(input)).isLessThan(bound);
    }

    /** What the look-up allocated. */
    private static long lookUp(byte[] input) {
        String wanted = WANTED.get((input[1] & 0x7F) % WANTED.size());
        Files files = new Files(input);
        LookupBudget budget = new LookupBudget(1, () -> 0, WORK_LIMIT);
        long before = AllocatedBytes.ofThisThread();
        try {
            OwningPackage owner = PackageLookup.owner(files, wanted, budget);
            if (owner != null) {
                assertThat(owner.name()).matches(OwningPackage::isWord);
                assertThat(owner.version()).matches("[!-~]{1,600}");
            }
        } catch (DatabaseGivenUpException e) {
            assertThat(budget.spent()).isPositive();
        }
        long allocated = AllocatedBytes.ofThisThread() - before;
        assertThat(budget.spent()).isLessThanOrEqualTo(WORK_LIMIT + PIECE);
        assertThat(files.bytesRead).isLessThanOrEqualTo(budget.spent());
        return allocated;
    }

    /** One database of each format. */
    static Stream<byte[]> databases() throws IOException {
        byte[] sqlite = PackageFolder.resource("rpmdb.sqlite");
        return Stream.of(
                input(
                        0,
                        4,
                        "/bin/a\n/bin/a.distrib\nb\n".getBytes(StandardCharsets.US_ASCII),
                        "Package: a\nStatus: install ok installed\nArchitecture: amd64\nMulti-Arch: same\nVersion: 1\n\n"
                                .getBytes(StandardCharsets.US_ASCII),
                        "/.\n/bin\n/bin/a\n".getBytes(StandardCharsets.US_ASCII)),
                input(1, 1, sqlite),
                input(2, 2, PackageDatabasesTest.ndb(sqlite)),
                input(3, 3, PackageFolder.resource("Basenames-little"), PackageFolder.resource("Packages-little")),
                input(3, 0x80, PackageFolder.resource("Basenames-big"), PackageFolder.resource("Packages-big")));
    }

    private static byte[] input(int format, int choice, byte[]... files) throws IOException {
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        input.write(format);
        input.write(choice);
        for (int i = 0; i < files.length; i++) {
            int units = (files[i].length + UNIT - 1) / UNIT;
            boolean last = i == files.length - 1;
            if (!last) {
                input.write(units >> 8);
                input.write(units);
            }
            input.writeBytes(files[i]);
            // The files of a database of pages are whole units; text does not mind lines that are empty.
            input.writeBytes(
                    "\n".repeat(last ? 0 : units * UNIT - files[i].length).getBytes(StandardCharsets.US_ASCII));
        }
        return input.toByteArray();
    }

    /** The files of one input. */
    private static final class Files implements FileRoot {
        private final List<String> paths;
        private final List<byte[]> contents = new ArrayList<>();
        private final boolean lying;
        private long bytesRead;

        Files(byte[] input) {
            paths = FORMATS.get((input[0] & 0xFF) % FORMATS.size());
            lying = input[1] < 0;
            ByteBuffer rest = ByteBuffer.wrap(input).position(2);
            for (int i = 1; i < paths.size() && rest.remaining() >= 2; i++) {
                contents.add(take(rest, UNIT * (rest.getShort() & 0xFFFF)));
            }
            contents.add(take(rest, rest.remaining()));
        }

        private static byte[] take(ByteBuffer rest, int length) {
            byte[] bytes = new byte[Math.min(rest.remaining(), length)];
            rest.get(bytes);
            return bytes;
        }

        @Override
        public DatabaseFile open(String path) {
            for (int i = 0; i < contents.size(); i++) {
                if (path.endsWith(paths.get(i))) {
                    return new CountedFile(new MemoryFile(contents.get(i), size(contents.get(i))));
                }
            }
            return null;
        }

        private long size(byte[] content) {
            return lying ? LYING_SIZE : content.length;
        }

        private final class CountedFile implements DatabaseFile {
            private final MemoryFile file;

            CountedFile(MemoryFile file) {
                this.file = file;
            }

            @Override
            public long size() {
                return file.size();
            }

            @Override
            public int read(long position, byte[] into, int offset, int length) {
                int count = file.read(position, into, offset, length);
                bytesRead += count;
                return count;
            }

            @Override
            public void close() {}
        }
    }
}
