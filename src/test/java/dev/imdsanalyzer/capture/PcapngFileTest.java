package dev.imdsanalyzer.capture;

import static dev.imdsanalyzer.capture.PcapFileTest.ascii;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PcapngFileTest {
    private static final byte[] ONE = ascii("first frame");
    private static final byte[] TWO = ascii("2nd");

    private final FrameCollector collector = new FrameCollector();
    private final PcapngBuilder builder = new PcapngBuilder();

    private void read(PcapngBuilder file) throws CaptureException {
        collector.readInto(new ByteArrayInputStream(file.bytes()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"LITTLE_ENDIAN", "BIG_ENDIAN"})
    void readsEveryKindOfPacketBlockInBothByteOrders(String name) throws CaptureException {
        ByteOrder order = name.equals("BIG_ENDIAN") ? BIG_ENDIAN : LITTLE_ENDIAN;
        read(builder.section(order)
                .iface(LinkType.ETHERNET, 0)
                .enhanced(0, 1_000_001, ONE)
                .simple(TWO, TWO.length)
                .obsolete(0, 0x1_0000_0000L, TWO));

        assertThat(collector.frames)
                .containsExactly(
                        new FrameCollector.Seen(1_000_001_000L, 1, "first frame", 11),
                        new FrameCollector.Seen(1_000_001_000L, 1, "2nd", 3),
                        new FrameCollector.Seen(0x1_0000_0000L * 1000, 1, "2nd", 3));
    }

    @Test
    void readsSeveralInterfacesAndSections() throws CaptureException {
        read(builder.section(LITTLE_ENDIAN)
                .iface(LinkType.ETHERNET, 0)
                .iface(LinkType.RAW, 0)
                .enhanced(1, 0, ascii("raw"))
                .enhanced(0, 0, ascii("ethernet"))
                .section(BIG_ENDIAN)
                .iface(LinkType.LINUX_SLL2, 0)
                .enhanced(0, 0, ascii("cooked")));

        assertThat(collector.frames.stream().map(FrameCollector.Seen::linkType)).containsExactly(101, 1, 276);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 7, 7000000000",
        "3, 1500, 1500000000",
        "6, 1, 1000",
        "9, 1700000000123456789, 1700000000123456789",
        "12, 1500, 1",
        "127, 5, 0",
        "138, 1536, 1500000000",
        "160, 6442450944, 1500000000",
        "191, 13835058055282163712, 1500000000",
        "255, 9, 0",
    })
    void knowsEveryResolutionOfTime(int resolution, String units, long nanos) throws CaptureException {
        builder.section(BIG_ENDIAN);
        read(builder.iface(1, 0, builder.option(9, new byte[] {(byte) resolution}))
                .enhanced(0, Long.parseUnsignedLong(units), ONE));

        assertThat(collector.frames.get(0).timestampNanos()).isEqualTo(nanos);
    }

    @Test
    void addsTheOffsetOfTheInterfacesClock() throws CaptureException {
        builder.section(BIG_ENDIAN);
        byte[] comment = builder.option(1, ascii("hello"));
        byte[] offset = builder.timestampOffset(-2);
        byte[] end = builder.option(0, new byte[0]);
        byte[] behindTheEnd = builder.timestampOffset(100);
        byte[] options = new byte[comment.length + offset.length + end.length + behindTheEnd.length];
        System.arraycopy(comment, 0, options, 0, comment.length);
        System.arraycopy(offset, 0, options, comment.length, offset.length);
        System.arraycopy(behindTheEnd, 0, options, options.length - behindTheEnd.length, behindTheEnd.length);
        read(builder.iface(1, 0, options).enhanced(0, 5_000_000, ONE));

        assertThat(collector.frames.get(0).timestampNanos()).isEqualTo(3_000_000_000L);
    }

    @Test
    void cutsSimplePacketsAtTheSnapLength() throws CaptureException {
        read(builder.section(LITTLE_ENDIAN)
                .iface(1, 5)
                .simple(ascii("first\0\0\0"), 11)
                .iface(1, 0)
                .simple(TWO, 3));

        assertThat(collector.frames)
                .containsExactly(new FrameCollector.Seen(0, 1, "first", 11), new FrameCollector.Seen(0, 1, "2nd", 3));
    }

    @Test
    void stepsOverBlocksItDoesNotKnow() throws CaptureException {
        read(builder.section(LITTLE_ENDIAN)
                .block(0x40000BAD, new byte[3_000_000])
                .iface(1, 0)
                .block(5, new byte[20])
                .block(4, new byte[0])
                .enhanced(0, 0, ONE)
                .block(10, new byte[8]));

        assertThat(collector.bytes()).containsExactly("first frame");
    }

    @Test
    void stepsOverOptionsBehindAPacket() throws CaptureException {
        byte[] body = new byte[20 + 12 + 40];
        body[12] = 11;
        body[16] = 11;
        System.arraycopy(ONE, 0, body, 20, ONE.length);
        read(builder.section(LITTLE_ENDIAN).iface(1, 0).block(6, body).enhanced(0, 0, TWO));

        assertThat(collector.bytes()).containsExactly("first frame", "2nd");
    }

    @ParameterizedTest
    @CsvSource({
        "PID=4321 ProcessorNumber=0, 4321",
        "PID=7, 7",
        "PID=0, 0",
        "PID=2147483647, 2147483647",
        "PID=2147483648, -1",
        "PID=99999999999999999999, -1",
        "PID=, -1",
        "PID=-1, -1",
        "PID=12x, -1",
        "xPID=12, -1",
        "pid=12, -1"
    })
    void tellsTheProcessInAComment(String comment, int processId) throws CaptureException {
        for (ByteOrder order : new ByteOrder[] {LITTLE_ENDIAN, BIG_ENDIAN}) {
            PcapngBuilder file = new PcapngBuilder();
            file.section(order)
                    .iface(1, 0)
                    .enhanced(0, 0, ONE, file.option(2, ascii("ab")), file.option(1, ascii(comment)));
            file.enhanced(0, 0, TWO);
            List<Integer> processes = new ArrayList<>();
            FrameCollector.read(new ByteArrayInputStream(file.bytes()), frame -> processes.add(frame.processId()));

            assertThat(processes).containsExactly(processId, -1);
        }
    }

    @Test
    void takesNoOptionForWhatLiesBehindItsBlock() throws CaptureException {
        byte[] lying = {1, 0, (byte) 0xff, 0x7f, 'P', 'I', 'D', '='};
        builder.section(LITTLE_ENDIAN).iface(1, 0).enhanced(0, 0, ONE, lying).enhanced(0, 0, TWO);
        List<Integer> processes = new ArrayList<>();
        FrameCollector.read(new ByteArrayInputStream(builder.bytes()), frame -> processes.add(frame.processId()));

        assertThat(processes).containsExactly(-1, -1);
    }

    @Test
    void deliversWhatStandsBeforeATruncationAtEveryByte() {
        byte[] file = builder.section(LITTLE_ENDIAN)
                .iface(1, 0)
                .enhanced(0, 0, ONE)
                .enhanced(0, 0, TWO)
                .bytes();
        int section = 28;
        int iface = section + 20;
        int first = iface + 44;
        for (int length = 4; length < file.length; length++) {
            if (length == section || length == iface || length == first) {
                continue;
            }
            FrameCollector cut = new FrameCollector();
            byte[] part = Arrays.copyOf(file, length);

            assertThatThrownBy(() -> cut.readInto(new ByteArrayInputStream(part)))
                    .as("cut after %d bytes", length)
                    .isInstanceOf(CaptureException.class)
                    .hasMessageContaining("is cut short");
            int firstFrameEnd = iface + 28 + ONE.length;
            int secondFrameEnd = first + 28 + TWO.length;
            assertThat(cut.frames).hasSize((length >= firstFrameEnd ? 1 : 0) + (length >= secondFrameEnd ? 1 : 0));
        }
    }

    @Test
    void readsAStreamThatGivesOneByteAtATime() throws CaptureException {
        byte[] file = builder.section(BIG_ENDIAN)
                .iface(1, 0)
                .enhanced(0, 0, ONE)
                .simple(TWO, 3)
                .bytes();

        collector.readInto(new TricklingStream(file));

        assertThat(collector.bytes()).containsExactly("first frame", "2nd");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 13, 31})
    void refusesABlockLengthThatCannotBe(int length) {
        builder.section(LITTLE_ENDIAN).iface(1, 0).enhanced(0, 0, ONE).block(6, length, new byte[20], length);

        assertThatThrownBy(() -> read(builder))
                .hasMessageContaining("is damaged at byte 92: a block of " + length + " bytes");
        assertThat(collector.bytes()).containsExactly("first frame");
    }

    @Test
    void stepsToTheEndOfTheFileForABlockThatClaimsFourGigabytes() {
        builder.section(LITTLE_ENDIAN).iface(1, 0).enhanced(0, 0, ONE).block(10, -4, new byte[20], -4);

        assertThatThrownBy(() -> read(builder)).hasMessageContaining("is cut short");
        assertThat(collector.bytes()).containsExactly("first frame");
    }

    @Test
    void refusesLengthsThatContradictEachOther() {
        PcapngBuilder twoLengths =
                new PcapngBuilder().section(LITTLE_ENDIAN).iface(1, 0).block(10, 16, new byte[4], 20);
        PcapngBuilder packet =
                new PcapngBuilder().section(LITTLE_ENDIAN).iface(1, 0).enhanced(0, 0, ONE, 17, 17);
        PcapngBuilder huge = new PcapngBuilder()
                .section(LITTLE_ENDIAN)
                .iface(1, 0)
                .block(6, 0x7FFFFFFC, new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 127, 0, 0, 0, 0}, 0);

        assertThatThrownBy(() -> read(twoLengths)).hasMessageContaining("two lengths differ");
        assertThatThrownBy(() -> read(packet)).hasMessageContaining("a packet of 17 bytes");
        assertThatThrownBy(() -> read(huge)).hasMessageContaining("a packet of 2130706432 bytes");
    }

    @Test
    void refusesPacketsOfAnInterfaceThatIsNotDescribed() {
        assertThatThrownBy(() -> read(builder.section(LITTLE_ENDIAN).iface(1, 0).enhanced(1, 0, ONE)))
                .hasMessageContaining("interface 1, which is not described");
        assertThatThrownBy(() -> read(new PcapngBuilder().section(LITTLE_ENDIAN).simple(ONE, 11)))
                .hasMessageContaining("interface 0");
    }

    @Test
    void stepsOverFramesOfLinkTypesItCannotDecodeUnlessThereAreNoOthers() throws CaptureException {
        read(new PcapngBuilder()
                .section(LITTLE_ENDIAN)
                .iface(105, 0)
                .iface(1, 0)
                .enhanced(0, 0, TWO)
                .enhanced(1, 0, ONE));
        assertThat(collector.bytes()).containsExactly("first frame");

        assertThatThrownBy(
                        () -> read(builder.section(LITTLE_ENDIAN).iface(105, 0).enhanced(0, 0, TWO)))
                .hasMessageContaining("link type 105");
    }

    @Test
    void refusesWhatIsNoSection() {
        assertThatThrownBy(() -> read(builder.section(LITTLE_ENDIAN, 2))).hasMessageContaining("pcapng version 2.0");
        byte[] file = new PcapngBuilder().section(LITTLE_ENDIAN).bytes();
        file[8]++;
        assertThatThrownBy(() -> FrameCollector.read(new ByteArrayInputStream(file)))
                .hasMessageContaining("a section without byte order");
    }

    @Test
    void boundsTheNumberOfInterfaces() {
        builder.section(LITTLE_ENDIAN);
        for (int i = 0; i < 4097; i++) {
            builder.iface(1, 0);
        }

        assertThatThrownBy(() -> read(builder)).hasMessageContaining("more than 4096 interfaces");
    }

    @Test
    void answersDamageOnlyWithACaptureException() {
        byte[] file = builder.section(LITTLE_ENDIAN)
                .iface(1, 64, builder.option(9, new byte[] {9}))
                .enhanced(0, 0, ONE)
                .simple(TWO, 3)
                .obsolete(0, 5, TWO)
                .section(BIG_ENDIAN)
                .iface(101, 0)
                .enhanced(0, 0, ONE)
                .bytes();
        Random random = new Random(7);
        int damaged = 0;
        for (int round = 0; round < 1_500; round++) {
            byte[] copy = file.clone();
            for (int i = 0; i <= random.nextInt(3); i++) {
                copy[4 + random.nextInt(copy.length - 4)] = (byte) random.nextInt();
            }
            try {
                FrameCollector.read(new ByteArrayInputStream(copy));
            } catch (CaptureException e) {
                assertThat(e.getMessage()).doesNotContain("\n");
                damaged++;
            }
        }
        assertThat(damaged).isGreaterThan(500);
    }
}
