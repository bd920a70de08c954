package dev.imdsanalyzer.process.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imdsanalyzer.LinuxOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The owner of a file in the databases of dpkg and rpm. */
@LinuxOnly("files below another root, by openat2(2)")
class PackageDatabasesTest {
    private PackageFolder host;

    @BeforeEach
    void resolveRoot(@TempDir Path temporary) throws IOException {
        host = new PackageFolder(temporary.toRealPath());
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
        host.write("var/lib/dpkg/status", """
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

                Package: of-the-moved-name
                Status: install ok installed
                Version: 9

                Package: tool
                Status: hold ok installed
                Version: 1

                Package: better-tool
                Status: install ok installed
                Version: 2
                """);
        host.write("var/lib/dpkg/info/curl.list", "/.\n/usr\n/usr/bin\n/usr/bin/curl\n/usr/share/doc/curl\n");
        host.write("var/lib/dpkg/info/bash.list", "/.\n/bin\n/bin/bash");
        host.write("var/lib/dpkg/info/zlib1g:amd64.list", "/lib/x86_64-linux-gnu/libz.so.1\n");
        host.write("var/lib/dpkg/info/removed.list", "/usr/bin/removed\n");
        host.write("var/lib/dpkg/info/tool.list", "/usr/bin/tool\n");
        host.write("var/lib/dpkg/info/of-the-moved-name.list", "/usr/bin/tool.distrib\n");
        host.write("var/lib/dpkg/info/better-tool.list", "/usr/bin/tool\n");
        host.write("var/lib/dpkg/diversions", "/usr/bin/tool\n/usr/bin/tool.distrib\nbetter-tool\n/a\n/a.b\n:\n");
        assertThat(host.owner(path)).isEqualTo(expected);
    }

    @Test
    void readsListsOfAnyLength() throws IOException {
        host.write(
                "var/lib/dpkg/status",
                "Description: " + "x".repeat(200_000) + "\nPackage: a\nStatus: install ok installed\nVersion: 1\n");
        host.write("var/lib/dpkg/info/a.list", "/some/file\n".repeat(100_000) + "/" + "y".repeat(200_000) + "\n/a");
        assertThat(host.owner("/a")).isEqualTo("a 1 deb");
        assertThat(host.owner("/some/fil")).isNull();
    }

    @Test
    void stopsWhenTheTimeIsUp() throws IOException {
        host.write("var/lib/dpkg/status", "Package: a\nStatus: install ok installed\nVersion: 1\n");
        host.write("var/lib/dpkg/info/a.list", "/a\n");
        FileRoot files = path -> DatabaseFile.of(host.open(path));
        assertThat(PackageLookup.owner(files, "/a", new LookupBudget(PackageFolder.MINUTE_NANOS)))
                .isNotNull();
        LookupBudget none = new LookupBudget(0);
        assertThatThrownBy(() -> PackageLookup.owner(files, "/a", none)).isInstanceOf(DatabaseGivenUpException.class);
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
        byte[] database = PackageFolder.resource("rpmdb.sqlite");
        Path sqlite = host.write("var/lib/rpm/rpmdb.sqlite", database);
        assertThat(host.owner(path)).isEqualTo(expected);
        Files.delete(sqlite);
        Path ndb = host.write("usr/lib/sysimage/rpm/Packages.db", ndb(database));
        assertThat(host.owner(path)).isEqualTo(expected);
        Files.delete(ndb);
        // Of a little-endian machine, whose index is a btree, and of a big-endian one, whose index is a hash.
        for (String order : List.of("little", "big")) {
            host.write("var/lib/rpm/Basenames", PackageFolder.resource("Basenames-" + order));
            host.write("var/lib/rpm/Packages", PackageFolder.resource("Packages-" + order));
            assertThat(host.owner(path)).as(order).isEqualTo(expected);
        }
    }

    /** The same packages as rpm's lib/backend/ndb/rpmpkg.c lays them out. */
    static byte[] ndb(byte[] database) {
        SqliteFile sqlite = SqliteFile.open(new MemoryFile(database), new LookupBudget(PackageFolder.MINUTE_NANOS));
        ByteBuffer file = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
        file.put(0, "RpmP".getBytes(StandardCharsets.US_ASCII));
        file.putInt(12, 1);
        int block = 4096 / 16;
        for (int number = 1; number <= 3; number++) {
            ByteBuffer row = sqlite.row(sqlite.rootPage("Packages"), number).blob(1);
            byte[] blob = new byte[row.limit()];
            row.get(blob);
            int slot = 32 + 16 * number;
            file.put(slot, "Slot".getBytes(StandardCharsets.US_ASCII));
            file.putInt(slot + 4, number);
            file.putInt(slot + 8, block);
            file.put(block * 16, "BlbS".getBytes(StandardCharsets.US_ASCII));
            file.putInt(block * 16 + 4, number);
            file.putInt(block * 16 + 12, blob.length);
            file.put(block * 16 + 16, blob);
            block += (blob.length + 16 + 31) / 16;
        }
        return Arrays.copyOf(file.array(), block * 16);
    }
}
