package dev.imdsanalyzer.process.packages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.PathOrigin;
import dev.imdsanalyzer.process.Provenance;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Under which paths a file is looked for, what may be a package's name, and on whose behalf it is asked. */
class PackageNamesTest {
    @ParameterizedTest
    @CsvSource({
        "/bin/a, /bin/a /usr/bin/a",
        "/sbin/a, /sbin/a /usr/sbin/a",
        "/lib/a, /lib/a /usr/lib/a",
        "/lib64/a, /lib64/a /usr/lib64/a",
        "/lib32/a, /lib32/a /usr/lib32/a",
        "/usr/bin/a, /usr/bin/a /bin/a /usr/sbin/a",
        "/usr/sbin/a, /usr/sbin/a /sbin/a",
        "/usr/lib/a/b, /usr/lib/a/b /lib/a/b",
        "/usr/local/bin/a, /usr/local/bin/a",
        "/library/a, /library/a",
        "/opt/bin/a, /opt/bin/a",
        "/a, /a",
    })
    void aFileIsLookedForWhereItWasBeforeDirectoriesWereMerged(String path, String paths) {
        List<String> expected = List.of(paths.split(" ", -1));
        assertThat(MergedDirectories.paths(path)).isEqualTo(expected);

        WantedFile wanted = WantedFile.of(path);
        assertThat(new String(wanted.baseName(), UTF_8)).isEqualTo(path.substring(path.lastIndexOf('/') + 1));
        assertThat(Stream.of(wanted.folders()).map(folder -> new String(folder, UTF_8)))
                .isEqualTo(expected.stream()
                        .map(one -> one.substring(0, one.lastIndexOf('/') + 1))
                        .toList());
    }

    @Test
    void aWordIsPrintableAsciiWithoutBlanks() {
        assertThat(Stream.of("a", "libc++1:2.3~rc1-4", "!", "~", "x".repeat(255)))
                .allMatch(OwningPackage::isWord);
        assertThat(Stream.of("", " ", "a b", "a\tb", "a\u007f", "\u00e9", "x".repeat(256)))
                .noneMatch(OwningPackage::isWord);
    }

    @Test
    void aFileOfTheHostIsTheHostsMatterAndAnyOtherTheContainers() {
        Provenance host = new Provenance(PathOrigin.HOST, true, true, 0, 0, false);
        Provenance container = new Provenance(PathOrigin.CONTAINER, true, true, 0, 0, false);
        CallerBuilder inPod = new CallerBuilder(AttributionMethod.CONNECT)
                .container("c1", "docker")
                .provenance(host);
        assertThat(Party.of(inPod.build())).isSameAs(Party.HOST);
        assertThat(Party.of(inPod.provenance(container).build())).isEqualTo(new Party("c1"));
        assertThat(new Party("c1").host()).isFalse();
        assertThat(Party.HOST.host()).isTrue();
    }

    @Test
    void memoryIsTakenForWhatFitsTheFileAndTheBound() {
        BlobBuffer buffer = new BlobBuffer();
        assertThat(buffer.of(1, 1)).as("enough for most").hasSize(16 * 1024);
        byte[] kept = buffer.of(16 * 1024, Long.MAX_VALUE);
        assertThat(kept).hasSize(16 * 1024);
        assertThat(buffer.of(10, 10)).isSameAs(kept);
        assertThat(buffer.of(16 * 1024 + 1, Long.MAX_VALUE)).hasSize(2 * (16 * 1024 + 1));
        assertThat(buffer.of(BlobBuffer.LIMIT, Long.MAX_VALUE)).hasSize(BlobBuffer.LIMIT);
        assertThatThrownBy(() -> buffer.of(BlobBuffer.LIMIT + 1L, Long.MAX_VALUE))
                .isInstanceOf(DatabaseGivenUpException.class);
        assertThatThrownBy(() -> buffer.of(11, 10)).isInstanceOf(DatabaseGivenUpException.class);
    }
}
