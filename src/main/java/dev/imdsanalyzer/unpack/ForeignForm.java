package dev.imdsanalyzer.unpack;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Forms of files that are neither logs nor captures, known by their first bytes, each with the way to what is in it: people
 * give a command what they have got.
 */
public enum ForeignForm {
    ZIP("504b0304", "a zip archive", "unpack it with unzip first (an .xlsx: save it as CSV)"),
    EMPTY_ZIP("504b0506", "an empty zip archive", "there is nothing in it"),
    SPLIT_ZIP("504b0708", "a part of a zip archive", "join the parts and unpack them first"),
    SEVEN_ZIP("377abcaf271c", "a 7z archive", "unpack it with 7z x first"),
    RAR("526172211a07", "a rar archive", "unpack it with unrar x first"),
    CABINET("4d534346", "a cabinet archive", "unpack it with cabextract first"),
    LZ4("04224d18", "compressed by lz4", "unpack it with lz4 -dc first"),
    LZ4_LEGACY("02214c18", "compressed by lz4", "unpack it with lz4 -dc first"),
    LZIP("4c5a4950", "compressed by lzip", "unpack it with lzip -dc first"),
    LZMA("5d0000", "compressed by lzma", "unpack it with xz --format=lzma -dc first"),
    LZOP("894c5a4f000d0a1a0a", "compressed by lzop", "unpack it with lzop -dc first"),
    COMPRESS("1f9d", "compressed by compress", "unpack it with gzip -dc first"),
    SNAPPY("ff060000734e61507059", "compressed by snappy", "unpack it first"),
    PARQUET(
            "50415231",
            "a Parquet file",
            "export it as JSON lines first, as with DuckDB's COPY … TO 'log.jsonl' (FORMAT json)"),
    ORC("4f5243", "an ORC file", "export it as JSON lines first"),
    AVRO("4f626a01", "an Avro file", "export it as JSON lines first, as with avro-tools tojson"),
    EVENT_LOG(
            "456c6646696c6500", "a Windows event log (evtx)", "export the analyzer's own lines, as they were written"),
    JOURNAL("4c504b5348485248", "a file of systemd's journal", "print it with journalctl -o cat --file first"),
    SQLITE("53514c69746520666f726d6174203300", "an SQLite database", "export its lines as text first"),
    EXCEL("d0cf11e0a1b11ae1", "an old Excel or Office file", "save it as CSV first"),
    PDF("25504446", "a PDF document", "export the log itself"),
    ELF("7f454c46", "a program", "name the log or capture that it wrote"),
    SNOOP("736e6f6f7000", "a capture of Solaris' snoop", "convert it with editcap -F pcap first"),
    NETWORK_MONITOR("474d4255", "a capture of Microsoft's Network Monitor", "convert it with editcap -F pcap first"),
    HTML("3c21", "a web page", "what should have been fetched was perhaps refused: look at it"),
    HTML_BARE("3c68746d6c", "a web page", "what should have been fetched was perhaps refused: look at it"),
    XML("3c3f786d6c", "an XML file", "export the lines as JSON or CSV"),
    TAR("7573746172", "a tar archive", "unpack it with tar -xf first");

    private static final int TAR_MAGIC_OFFSET = 257;
    /** So many first bytes tell all of them. */
    public static final int HEAD_LENGTH = TAR_MAGIC_OFFSET + 5;

    private static final int BYTE_ORDER_MARK = 0xEFBBBF;

    /** A byte a character. */
    private final String magic;

    private final String title;
    private final String remedy;

    ForeignForm(String magic, String title, String remedy) {
        this.magic = new String(HexFormat.of().parseHex(magic), StandardCharsets.ISO_8859_1);
        this.title = title;
        this.remedy = remedy;
    }

    /** The form of a file that begins so, after unpacking; null if it is none of these. */
    public static @Nullable ForeignForm of(byte[] head, int from, int to) {
        for (ForeignForm form : values()) {
            int at = from + (form == TAR ? TAR_MAGIC_OFFSET : 0);
            if (matches(form.magic, head, at, to)) {
                return form;
            }
        }
        return null;
    }

    /** Whether it begins as a pcap or pcapng file does. */
    public static boolean isCapture(byte[] head, int length) {
        if (length < Integer.BYTES) {
            return false;
        }
        String magic = HexFormat.of().formatHex(head, 0, Integer.BYTES);
        return switch (magic) {
            case "0a0d0d0a", "a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1", "a1b2cd34", "34cdb2a1" -> true;
            default -> false;
        };
    }

    /** Whether it begins as a log of ours may, or as what CloudWatch makes of one: JSON, or a line of plain text. */
    public static boolean isText(byte[] head, int from, int to) {
        int start = from;
        if (to - from >= 3
                && (((head[from] & 0xff) << 16) | ((head[from + 1] & 0xff) << 8) | (head[from + 2] & 0xff))
                        == BYTE_ORDER_MARK) {
            start += 3;
        }
        String text = new String(head, start, to - start, StandardCharsets.ISO_8859_1);
        return !text.isEmpty()
                && text.chars().allMatch(c -> c >= ' ' ? c != 0x7f : c == '\t' || c == '\n' || c == '\r');
    }

    private static boolean matches(String magic, byte[] head, int at, int to) {
        if (to - at < magic.length()) {
            return false;
        }
        for (int i = 0; i < magic.length(); i++) {
            if ((head[at + i] & 0xff) != magic.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** A clause to stand behind the input's name: what it is, and what to do. */
    public String sentence() {
        return title + ": " + remedy;
    }
}
