package dev.imdsanalyzer.process.packages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Databases of rpm that are cut short or damaged: they give the right owner or none, never another. Nothing guards the
 * packages' own texts, so those are only cut.
 */
@LinuxOnly("files below another root, by openat2(2)")
class DamagedDatabasesTest {
    private static final String FILE = "/usr/share/example/job.py";
    private static final String OWNER = "example-tool 1:2.3-4 rpm";
    private static final String NOBODYS = "/usr/share/none/job.py";
    private static final int PAGE = 4096;

    /** In the headers of the packages, and nowhere else. */
    private static final String SUMMARY = "Fixture";

    private PackageFolder host;
    private int right;
    private int none;

    @BeforeEach
    void resolveRoot(@TempDir Path temporary) throws IOException {
        host = new PackageFolder(temporary.toRealPath());
    }

    private void isRightOrNone() {
        String owner = host.owner(FILE);
        if (owner == null) {
            none++;
        } else {
            assertThat(owner).isEqualTo(OWNER);
            right++;
        }
        assertThat(host.owner(NOBODYS)).isNull();
    }

    /** Else the damage would have met nothing, or all of it. */
    private void bothCame() {
        assertThat(right).isPositive();
        assertThat(none).isPositive();
    }

    private void berkeley(String order) throws IOException {
        host.write("var/lib/rpm/Basenames", PackageFolder.resource("Basenames-" + order));
        host.write("var/lib/rpm/Packages", PackageFolder.resource("Packages-" + order));
        assertThat(host.owner(FILE)).isEqualTo(OWNER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"little", "big"})
    void berkeleyDatabasesThatAreCutShort(String order) throws IOException {
        for (String name : List.of("Basenames", "Packages")) {
            berkeley(order);
            byte[] sound = PackageFolder.resource(name + "-" + order);
            for (int length = 0; length < sound.length; length += 509) {
                host.write("var/lib/rpm/" + name, Arrays.copyOf(sound, length));
                isRightOrNone();
            }
        }
        bothCame();
    }

    @ParameterizedTest
    @ValueSource(strings = {"little", "big"})
    void anIndexOfBerkeleysThatIsDamaged(String order) throws IOException {
        berkeley(order);
        byte[] sound = PackageFolder.resource("Basenames-" + order);
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            // Every second one in the head of a page, where the numbers are.
            byte[] damaged = sound.clone();
            for (int j = 0; j < 1 + i % 20; j++) {
                int at = random.nextInt(damaged.length);
                damaged[i % 2 == 0 ? at / PAGE * PAGE + at % 64 : at] = (byte) random.nextInt();
            }
            host.write("var/lib/rpm/Basenames", damaged);
            isRightOrNone();
        }
        bothCame();
    }

    @Test
    void anSqliteDatabaseThatIsCutShort() throws IOException {
        byte[] database = PackageFolder.resource("rpmdb.sqlite");
        for (int length = 0; length < database.length; length += 3_001) {
            host.write("var/lib/rpm/rpmdb.sqlite", Arrays.copyOf(database, length));
            isRightOrNone();
        }
        host.write("var/lib/rpm/rpmdb.sqlite", database);
        isRightOrNone();
        bothCame();
    }

    @Test
    void anSqliteDatabaseThatIsDamagedOutsideItsPackages() throws IOException {
        byte[] database = PackageFolder.resource("rpmdb.sqlite");
        Path file = host.write("var/lib/rpm/rpmdb.sqlite", database);
        List<Integer> pages = pagesWithoutHeaders(database);
        assertThat(pages).hasSizeGreaterThan(10);
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            byte[] damaged = database.clone();
            for (int j = 0; j < 1 + i % 20; j++) {
                int page = pages.get(random.nextInt(pages.size()));
                damaged[page + random.nextInt(i % 2 == 0 ? 64 : PAGE)] = (byte) random.nextInt();
            }
            Files.write(file, damaged);
            isRightOrNone();
        }
        bothCame();
    }

    private static List<Integer> pagesWithoutHeaders(byte[] database) {
        return IntStream.range(0, database.length / PAGE)
                .map(page -> page * PAGE)
                .filter(start -> !new String(database, start, PAGE, StandardCharsets.ISO_8859_1).contains(SUMMARY))
                .boxed()
                .toList();
    }
}
