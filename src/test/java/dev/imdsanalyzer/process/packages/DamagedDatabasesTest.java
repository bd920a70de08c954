package dev.imdsanalyzer.process.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Databases of rpm that are cut short or damaged. */
class DamagedDatabasesTest {
    private PackageFolder host;

    @BeforeEach
    void resolveRoot(@TempDir Path temporary) throws IOException {
        host = new PackageFolder(temporary.toRealPath());
    }

    @Test
    void answersNothingWhereABerkeleyDatabaseIsCutShortOrDamaged() throws IOException {
        Random random = new Random(7);
        for (String order : List.of("little", "big")) {
            for (String name : List.of("Basenames", "Packages")) {
                host.write("var/lib/rpm/Basenames", PackageFolder.resource("Basenames-" + order));
                host.write("var/lib/rpm/Packages", PackageFolder.resource("Packages-" + order));
                byte[] sound = PackageFolder.resource(name + "-" + order);
                for (int i = 0; i < 200; i++) {
                    byte[] damaged = Arrays.copyOf(sound, i % 4 == 0 ? random.nextInt(sound.length) : sound.length);
                    for (int j = 0; j < 1 + damaged.length / 50; j++) {
                        int at = random.nextInt(
                                Math.max(1, i % 2 == 0 ? Math.min(512, damaged.length) : damaged.length));
                        if (at < damaged.length) {
                            damaged[at] = (byte) random.nextInt();
                        }
                    }
                    host.write("var/lib/rpm/" + name, damaged);
                    assertThat(host.owner("/usr/share/none/job.py")).isNull();
                }
            }
        }
    }

    @Test
    void answersNothingWhereADatabaseIsCutShortOrDamaged() throws IOException {
        byte[] database = PackageFolder.resource("rpmdb.sqlite");
        Path file = host.write("var/lib/rpm/rpmdb.sqlite", database);
        for (int length = 0; length < database.length; length += 3_001) {
            Files.write(file, Arrays.copyOf(database, length));
            assertThat(host.owner("/usr/share/none/job.py")).isNull();
        }
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            byte[] damaged = database.clone();
            for (int j = 0; j < 200; j++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            Files.write(file, damaged);
            assertThat(host.owner("/usr/share/none/job.py")).isNull();
        }
    }
}
