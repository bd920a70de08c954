package dev.imdsanalyzer.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PcapFileTest {
    private static final byte[] ONE = ascii("first frame");
    private static final byte[] TWO = ascii("2nd");

    private final FrameCollector collector = new FrameCollector();

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void read(byte[] file) throws CaptureException {
        collector.readInto(new ByteArrayInputStream(file));
    }

    @ParameterizedTest
    @CsvSource({
        "A1B2C3D4, LITTLE_ENDIAN, 1000",
        "A1B2C3D4, BIG_ENDIAN, 1000",
        "A1B23C4D, LITTLE_ENDIAN, 1",
        "A1B23C4D, BIG_ENDIAN, 1",
        "A1B2CD34, LITTLE_ENDIAN, 1000",
        "A1B2CD34, BIG_ENDIAN, 1000",
    })
    void readsBothResolutionsInBothByteOrders(String magic, String order, int nanos) throws CaptureException {
        ByteOrder byteOrder = order.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        read(new PcapBuilder(Integer.parseUnsignedInt(magic, 16), byteOrder, LinkType.LINUX_SLL2)
                .record(1, 5, ONE)
                .record(4_000_000_000L, 999_999, TWO, TWO.length, 1500)
                .bytes());

        assertThat(collector.frames)
                .containsExactly(
                        new FrameCollector.Seen(1_000_000_000L + 5L * nanos, 276, "first frame", 11),
                        new FrameCollector.Seen(4_000_000_000_000_000_000L + 999_999L * nanos, 276, "2nd", 1500));
    }

    @Test
    void readsAStreamThatGivesOneByteAtATime() throws CaptureException {
        byte[] file = PcapBuilder.ethernet().record(1, 0, ONE).record(2, 0, TWO).bytes();

        collector.readInto(new TricklingStream(file));

        assertThat(collector.bytes()).containsExactly("first frame", "2nd");
    }

    @Test
    void readsFramesThatCrossTheEdgeOfTheBuffer() throws CaptureException {
        PcapBuilder builder = PcapBuilder.ethernet();
        int[] lengths = {FrameReader.MAX_FRAME_LENGTH, 1, 0, FrameReader.MAX_FRAME_LENGTH - 1, 70_000, 200_000, 250_000
        };
        for (int i = 0; i < lengths.length; i++) {
            byte[] frame = new byte[lengths[i]];
            Arrays.fill(frame, (byte) ('a' + i));
            builder.record(i, 0, frame);
        }

        read(builder.bytes());

        for (int i = 0; i < lengths.length; i++) {
            assertThat(collector.bytes().get(i))
                    .isEqualTo(String.valueOf((char) ('a' + i)).repeat(lengths[i]));
        }
    }

    @Test
    void readsAFileWithoutFrames() throws CaptureException {
        read(PcapBuilder.ethernet().bytes());

        assertThat(collector.frames).isEmpty();
    }

    @Test
    void ignoresTheBitsAboveTheLinkType() throws CaptureException {
        read(new PcapBuilder(PcapReader.MAGIC_MICROS, ByteOrder.LITTLE_ENDIAN, 0x54000001)
                .record(1, 0, ONE)
                .bytes());

        assertThat(collector.frames.get(0).linkType()).isEqualTo(LinkType.ETHERNET);
    }

    @Test
    void deliversWhatStandsBeforeATruncationAtEveryByte() {
        byte[] file = PcapBuilder.ethernet().record(1, 0, ONE).record(2, 0, TWO).bytes();
        int firstEnd = 24 + 16 + ONE.length;
        for (int length = 24; length < file.length; length++) {
            FrameCollector cut = new FrameCollector();
            byte[] part = Arrays.copyOf(file, length);
            if (length == 24 || length == firstEnd) {
                continue;
            }

            assertThatThrownBy(() -> cut.readInto(new ByteArrayInputStream(part)))
                    .as("cut after %d bytes", length)
                    .isInstanceOf(CaptureException.class)
                    .hasMessageContaining("test.pcap is cut short: its last record, at byte")
                    .extracting("kind")
                    .isEqualTo(CaptureException.Kind.BAD_DATA);
            assertThat(cut.frames).hasSize(length > firstEnd ? 1 : 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {FrameReader.MAX_FRAME_LENGTH + 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
    void refusesARecordThatIsTooLong(int capturedLength) {
        byte[] file = PcapBuilder.ethernet()
                .record(1, 0, ONE)
                .record(2, 0, new byte[100], capturedLength, capturedLength)
                .bytes();

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(CaptureException.class)
                .hasMessage("test.pcap is damaged at byte 51: a record of " + Integer.toUnsignedString(capturedLength)
                        + " bytes; what stands before was read");
        assertThat(collector.bytes()).containsExactly("first frame");
    }

    @Test
    void namesALinkTypeThatItCannotDecode() {
        byte[] file = new PcapBuilder(PcapReader.MAGIC_MICROS, ByteOrder.LITTLE_ENDIAN, 105)
                .record(1, 0, ONE)
                .bytes();

        assertThatThrownBy(() -> read(file))
                .hasMessageContaining("link type 105")
                .extracting("kind")
                .isEqualTo(CaptureException.Kind.BAD_DATA);
    }

    @Test
    void namesAVersionThatItCannotRead() {
        byte[] file = new PcapBuilder(PcapReader.MAGIC_MICROS, ByteOrder.LITTLE_ENDIAN, 3, 1, 1).bytes();

        assertThatThrownBy(() -> read(file)).hasMessageContaining("pcap version 3.1");
    }

    @Test
    void saysWhereAFileEndsInsideItsHeader() {
        byte[] file = Arrays.copyOf(PcapBuilder.ethernet().bytes(), 23);

        assertThatThrownBy(() -> read(file)).hasMessageContaining("ends inside its file header");
    }
}
