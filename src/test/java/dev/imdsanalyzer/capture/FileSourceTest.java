package dev.imdsanalyzer.capture;

import static dev.imdsanalyzer.capture.PcapFileTest.ascii;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imdsanalyzer.capture.CaptureException.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileSourceTest {
    @TempDir
    private Path folder;

    private static void assertBadData(byte[] file, String message) {
        assertThatThrownBy(() -> FrameCollector.read(new ByteArrayInputStream(file)))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n")
                .extracting("kind")
                .isEqualTo(Kind.BAD_DATA);
    }

    @Test
    void readsAFileAndCountsItsFrames() throws IOException, CaptureException {
        Path file = folder.resolve("two.pcap");
        Files.write(
                file,
                PcapBuilder.ethernet()
                        .record(1, 0, ascii("a"))
                        .record(2, 0, ascii("b"))
                        .bytes());
        FrameCollector collector = new FrameCollector();

        try (FileSource source = FileSource.open(file)) {
            source.run(collector);

            assertThat(source.statistics()).isEqualTo(new CaptureStatistics(2, 0, 0, 0));
        }
        assertThat(collector.bytes()).containsExactly("a", "b");
    }

    @Test
    void saysThatAFileDoesNotExist() {
        assertThatThrownBy(() -> FileSource.open(folder.resolve("none.pcap")))
                .hasMessage(folder.resolve("none.pcap") + " does not exist")
                .extracting("kind")
                .isEqualTo(Kind.NO_INPUT);
    }

    @Test
    void saysThatAFolderIsNoFile() {
        assertThatThrownBy(() -> FileSource.open(folder))
                .hasMessageContaining("is a directory")
                .extracting("kind")
                .isEqualTo(Kind.NO_INPUT);
    }

    @Test
    void saysWhatIsNoCapture() {
        assertBadData(new byte[0], "test.pcap is empty");
        assertBadData(ascii("ab"), "is no capture file");
        assertBadData(ascii("12:00:00 GET /latest/meta-data/\n"), "is no capture file");
    }

    @ParameterizedTest
    @CsvSource({
        "04224D18, compressed by lz4: unpack it with lz4 -dc first",
        "504B0304, a zip archive",
        "377ABCAF271C, a 7z archive",
        "736E6F6F7000, a capture of Solaris' snoop: convert it",
        "7B2274696D657374616D70223A, JSON and no capture: imds-packet-analyzer report",
    })
    void namesWhatElseItIs(String start, String what) {
        assertBadData(HexFormat.of().parseHex(start + "0000000000"), what);
    }

    @Test
    void unpacksWhatIsPackedAlsoTwice() throws Exception {
        byte[] file = PcapBuilder.ethernet()
                .record(1, 0, ascii("a"))
                .record(2, 0, ascii("b"))
                .bytes();

        assertThat(FrameCollector.read(new ByteArrayInputStream(gzip(file))).bytes())
                .containsExactly("a", "b");
        assertThat(FrameCollector.read(new ByteArrayInputStream(gzip(gzip(file))))
                        .bytes())
                .containsExactly("a", "b");
        assertThat(FrameCollector.read(new ByteArrayInputStream(bzip2(file))).bytes())
                .containsExactly("a", "b");
    }

    @Test
    void saysThatWhatIsPackedIsCutOrDamaged() throws Exception {
        byte[] packed = gzip(PcapBuilder.ethernet().record(1, 0, ascii("a")).bytes());

        assertBadData(Arrays.copyOf(packed, packed.length - 9), "cut short");
        packed[packed.length - 6] ^= 1;
        assertBadData(packed, "not valid gzip from some point on");
        assertBadData(gzip(ascii("some text, and no capture")), "is no capture file");
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(content);
        }
        return packed.toByteArray();
    }

    private static byte[] bzip2(byte[] content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new BZip2CompressorOutputStream(packed)) {
            out.write(content);
        }
        return packed.toByteArray();
    }

    @Test
    void reportsAReadError() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("Input/output error");
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return read();
            }
        };

        assertThatThrownBy(() -> FrameCollector.read(broken))
                .hasMessage("cannot read test.pcap: Input/output error")
                .extracting("kind")
                .isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void deliversNothingMoreOnceStopped() throws CaptureException {
        byte[] file = PcapBuilder.ethernet()
                .record(1, 0, ascii("a"))
                .record(2, 0, ascii("b"))
                .bytes();
        FileSource source = FileSource.of(new ByteArrayInputStream(file), "test.pcap");
        FrameCollector collector = new FrameCollector() {
            @Override
            public void onFrame(Frame frame) {
                super.onFrame(frame);
                source.stop();
            }
        };

        source.run(collector);

        assertThat(collector.bytes()).containsExactly("a");
    }

    @Test
    @Timeout(20)
    void stopEndsAReadThatWaitsForAWriter() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        // Opened for both, so that opening does not wait for the other side.
        try (var keepOpen = new java.io.RandomAccessFile(pipe.toFile(), "rw");
                FileSource source = FileSource.open(pipe)) {
            keepOpen.write(PcapBuilder.ethernet().record(1, 0, ascii("a")).bytes());
            FrameCollector collector = new FrameCollector() {
                @Override
                public void onFrame(Frame frame) {
                    super.onFrame(frame);
                    Thread stopper = new Thread(source::stop);
                    stopper.start();
                }
            };

            source.run(collector);

            assertThat(collector.bytes()).containsExactly("a");
        }
    }
}
