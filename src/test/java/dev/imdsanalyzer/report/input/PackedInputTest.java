package dev.imdsanalyzer.report.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Each packing: whole, named wrong, doubled, cut at every byte, damaged, and made to unpack for ever. */
class PackedInputTest {
    private static final String FIRST = event(1);
    private static final String TEXT = FIRST + event(2) + event(3);

    @TempDir
    private Path folder;

    private final List<String> events = new ArrayList<>();
    private final LogReader reader =
            new LogReader((line, source) -> events.add(line.text(Field.TIMESTAMP)), new Progress(null));

    enum Form {
        GZIP,
        BZIP2,
        XZ,
        ZSTD;

        byte[] pack(byte[] content) throws IOException {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (OutputStream out = open(packed)) {
                out.write(content);
            }
            return packed.toByteArray();
        }

        OutputStream open(OutputStream packed) throws IOException {
            return switch (this) {
                case GZIP -> new GZIPOutputStream(packed);
                case BZIP2 -> new BZip2CompressorOutputStream(packed);
                case XZ -> new XZOutputStream(packed, new LZMA2Options(1));
                case ZSTD -> new ZstdOutputStream(packed);
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void isUnpackedWhateverItsName(Form form) throws IOException {
        for (String name : List.of("log", "log.gz", "log.jsonl", "log.zip")) {
            events.clear();
            read(form.pack(TEXT.getBytes(StandardCharsets.UTF_8)), folder.resolve(form + name));
            assertThat(events).as(name).hasSize(3);
        }
        assertThat(reader.counts().damaged()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void isUnpackedFromAPipe(Form form) throws IOException {
        reader.read(List.of("-"), new ByteArrayInputStream(form.pack(TEXT.getBytes(StandardCharsets.UTF_8))) {
            // As a pipe whose writer is slow.
            @Override
            public synchronized int available() {
                return 0;
            }

            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                return super.read(bytes, offset, Math.min(length, 5));
            }
        });
        assertThat(events).hasSize(3);
        assertThat(reader.counts().damaged()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void severalMembersAreOneContent(Form form) throws IOException {
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        for (int i = 1; i <= 3; i++) {
            members.write(form.pack(event(i).getBytes(StandardCharsets.UTF_8)));
        }
        read(members.toByteArray(), folder.resolve("members"));
        assertThat(events).hasSize(3);
        assertThat(reader.counts().damaged()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void aPackingWithinAnotherIsUndone(Form form) throws IOException {
        for (Form outer : Form.values()) {
            events.clear();
            read(outer.pack(form.pack(TEXT.getBytes(StandardCharsets.UTF_8))), folder.resolve(form + "in" + outer));
            assertThat(events).as("in " + outer).hasSize(3);
        }
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void oneWithinTheOtherWithoutEndIsTold(Form form) throws IOException {
        byte[] packed = TEXT.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 5; i++) {
            packed = form.pack(packed);
        }
        read(packed, folder.resolve("deep"));
        assertThat(events).isEmpty();
        assertThat(reader.counts().damagedNames())
                .singleElement()
                .asString()
                .contains("packed more than 4 times")
                .contains("-dc");
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void cutAnywhereItIsTold(Form form) throws IOException {
        byte[] packed = form.pack(TEXT.getBytes(StandardCharsets.UTF_8));
        for (int length = 6; length < packed.length; length++) {
            LogReader cut = new LogReader((line, source) -> {}, new Progress(null));
            cut.read(List.of("-"), new ByteArrayInputStream(packed, 0, length));
            assertThat(cut.counts().damagedNames())
                    .as(form + " cut at " + length)
                    .containsExactly("standard input: cut short");
        }
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void whateverFollowsTheLastMemberIsTold(Form form) throws IOException {
        byte[] packed = form.pack(TEXT.getBytes(StandardCharsets.UTF_8));
        byte[] longer = Arrays.copyOf(packed, packed.length + 40);
        Arrays.fill(longer, packed.length, longer.length, (byte) 'x');
        read(longer, folder.resolve("longer"));
        assertThat(events).hasSizeLessThanOrEqualTo(3);
        assertThat(reader.counts().damagedNames())
                .singleElement()
                .asString()
                .endsWith("not valid " + form.name().toLowerCase(Locale.ROOT) + " from some point on");
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void oneFlippedBitIsTold(Form form) throws IOException {
        byte[] packed = form.pack(TEXT.getBytes(StandardCharsets.UTF_8));
        packed[packed.length / 2] ^= 0x10;
        read(packed, folder.resolve("flipped"));
        assertThat(reader.counts().damaged()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void whatUnpacksForEverIsLeft(Form form) throws IOException {
        // 512 MiB of blank lines, of which 64 MiB are read.
        ByteArrayOutputStream megabytes = new ByteArrayOutputStream();
        byte[] blank = new byte[1 << 20];
        Arrays.fill(blank, (byte) '\n');
        try (OutputStream out = form.open(megabytes)) {
            for (int i = 0; i < 16; i++) {
                out.write(blank);
            }
        }
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        bomb.write(form.pack(FIRST.getBytes(StandardCharsets.UTF_8)));
        for (int i = 0; i < 32; i++) {
            bomb.write(megabytes.toByteArray());
        }
        reader.read(List.of("-"), new ByteArrayInputStream(Form.GZIP.pack(bomb.toByteArray())));
        assertThat(events).hasSize(1);
        assertThat(reader.counts().damagedNames())
                .singleElement()
                .asString()
                .contains("unpacks to more than 400 times its size");
    }

    @Test
    void framesOfZstdThatBearNothingAreSteppedOver() throws IOException {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int i = 1; i <= 3; i++) {
            frames.write(HexFormat.of().parseHex("5" + i + "2a4d180400000012345678"));
            frames.write(Form.ZSTD.pack(event(i).getBytes(StandardCharsets.UTF_8)));
        }
        read(frames.toByteArray(), folder.resolve("pzstd"));
        assertThat(events).hasSize(3);
    }

    @Test
    void aWindowTooLargeForMemoryIsTold() throws IOException {
        // A frame without content size and with the largest window, 3.75 TiB.
        read(HexFormat.of().parseHex("28b52ffd00ff010000"), folder.resolve("window"));
        assertThat(reader.counts().damagedNames())
                .singleElement()
                .asString()
                .contains("a window of more than 64 MiB")
                .contains("zstd -dc --long=31");
    }

    @Test
    void aDictionaryTooLargeForMemoryIsTold() throws IOException {
        byte[] claimed = Form.XZ.pack(TEXT.getBytes(StandardCharsets.UTF_8));
        // Block header: size, flags, filter id 21, size of properties 1, dictionary 37 = 1.5 GiB; then its CRC32.
        int header = 12;
        claimed[header + 4] = 37;
        CRC32 crc = new CRC32();
        crc.update(claimed, header, 8);
        for (int i = 0; i < 4; i++) {
            claimed[header + 8 + i] = (byte) (crc.getValue() >> (8 * i));
        }
        read(claimed, folder.resolve("dictionary"));
        assertThat(reader.counts().damagedNames())
                .singleElement()
                .asString()
                .contains("more memory")
                .contains("xz -dc");
    }

    @ParameterizedTest
    @CsvSource({
        "UTF-16LE,fffe",
        "UTF-16BE,feff",
        "UTF-16LE,''",
        "UTF-16BE,''",
        "UTF-8,efbbbf",
        "UTF-32LE,fffe0000",
        "UTF-32BE,0000feff"
    })
    void everyUnicodeIsRead(String charset, String mark) throws IOException {
        byte[] text = TEXT.replace("\n", "\r\n").replace("curl", "cürl 𝄞").getBytes(Charset.forName(charset));
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(HexFormat.of().parseHex(mark));
        file.write(text);
        for (Form form : Form.values()) {
            events.clear();
            read(form.pack(file.toByteArray()), folder.resolve("packed" + form));
            assertThat(events).hasSize(3);
        }
        events.clear();
        read(file.toByteArray(), folder.resolve("plain"));
        assertThat(events).hasSize(3);
        assertThat(reader.counts().broken() + reader.counts().foreign()).isZero();
    }

    @Test
    void utf16BehindUtf8IsCountedAsBroken() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(FIRST.getBytes(StandardCharsets.UTF_8));
        file.write(event(2).getBytes(StandardCharsets.UTF_16BE));
        read(file.toByteArray(), folder.resolve("appended"));
        assertThat(events).hasSize(1);
        assertThat(reader.counts().broken()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {",", ";", "\t", "|"})
    void anyDelimiterOfColumnsIsRead(String delimiter) throws IOException {
        String quoted = "\"" + FIRST.strip().replace("\"", "\"\"") + "\"";
        String row = String.join(delimiter, "2026-11-21 12:00:01", quoted, "stream") + "\r\n";
        for (String header : List.of(
                "@timestamp%s@message%s@logStream",
                "\"@timestamp\"%s\"@message\"%s\"@logStream\"", "timestamp%smessage%sx")) {
            for (String declaration : List.of("", "sep=" + delimiter + "\r\n")) {
                events.clear();
                String names = header.replace("%s", delimiter) + "\r\n";
                read((declaration + names + row).getBytes(StandardCharsets.UTF_16), folder.resolve("csv"));
                assertThat(events).as(declaration + names).hasSize(1);
            }
        }
        assertThat(reader.counts().broken()).isZero();
    }

    @Test
    void aColumnAloneIsRead() throws IOException {
        String text = "@message\n\"" + FIRST.strip().replace("\"", "\"\"") + "\"\n";
        read(text.getBytes(StandardCharsets.UTF_8), folder.resolve("csv"));
        assertThat(events).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "504b0304, a zip archive, unzip",
        "377abcaf271c, a 7z archive, 7z x",
        "04224d18, compressed by lz4, lz4 -dc",
        "50415231, a Parquet file, JSON lines",
        "456c6646696c6500, a Windows event log, export",
        "53514c69746520666f726d6174203300, an SQLite database, export",
        "3c21646f6374797065, a web page, refused",
        "1f9d90, compressed by compress, gzip -dc"
    })
    void otherFormsAreNamedWithWhatToDo(String head, String what, String remedy) throws IOException {
        byte[] file = Arrays.copyOf(HexFormat.of().parseHex(head), 600);
        read(file, folder.resolve("other"));
        assertThat(reader.counts().damagedNames())
                .singleElement()
                .asString()
                .contains(what)
                .contains(remedy);
        read(Form.ZSTD.pack(file), folder.resolve("packed"));
        assertThat(reader.counts().damagedNames()).hasSize(2);
        assertThat(reader.counts().foreignForms()).isEqualTo(2);
    }

    @Test
    void aPackedTarIsNamed() throws IOException {
        byte[] file = new byte[1024];
        System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, file, 257, 5);
        read(Form.GZIP.pack(file), folder.resolve("log.tar.gz"));
        assertThat(reader.counts().damagedNames())
                .singleElement()
                .asString()
                .contains("a tar archive")
                .contains("tar -xf");
    }

    private void read(byte[] content, Path file) throws IOException {
        Files.write(file, content);
        reader.read(List.of(file.toString()), InputStream.nullInputStream());
    }

    private static String event(int second) {
        return "{\"timestamp\":\"2026-11-21T12:00:0" + second
                + "Z\",\"event\":{\"action\":\"imds-request\"},\"imds\":{\"version\":\"v1\"},"
                + "\"process\":{\"command_line\":\"curl -s x\"}}\n";
    }
}
