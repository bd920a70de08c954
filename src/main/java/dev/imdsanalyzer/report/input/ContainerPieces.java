package dev.imdsanalyzer.report.input;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * Joins the lines that container runtimes split at 16 KiB, for each of the two streams by itself.
 *
 * <p>Docker's {@code json-file}: {@code {"log":"piece","stream":"stdout","time":…}}, where the last piece ends in a line feed.
 * The CRI: {@code time stdout P piece}, where the last piece has {@code F} for {@code P} and flags may follow behind colons.
 *
 * <p>Source: docker/cli, "JSON File logging driver"; moby, daemon/logger/copier.go; Kubernetes, "CRI logging",
 * kubelet/kuberuntime/logs.
 */
final class ContainerPieces {
    private static final byte[] DOCKER_BEGIN = "{\"log\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern CRI = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\S+ (stdout|stderr) ([PF])(?::\\S*)? ");
    private static final int LONGEST_CRI_BEGIN = 128;

    private static final byte[] NO_OBJECT = {'{'};

    /** What a line was. */
    enum Taken {
        /** None of a container's log. */
        NOT,
        /** A piece whose rest is to come. */
        HELD,
        /** A whole line, in {@link #whole}. */
        WHOLE
    }

    private final Map<String, Pieces> held = new LinkedHashMap<>();
    private final EventScanner scanner = new EventScanner();
    private final EventLine line = new EventLine();
    private byte[] whole;

    /** The joined line, without its line feed. */
    byte[] whole() {
        return whole;
    }

    /** Pieces whose last never came; they are forgotten. */
    int abandon() {
        int count = held.size();
        held.clear();
        return count;
    }

    /** A line that may be Docker's. */
    Taken takeDocker(byte[] bytes, int from, int to) {
        if (!startsWith(bytes, from, to)) {
            return Taken.NOT;
        }
        String log = null;
        String stream = null;
        try (JsonParser parser = LogJson.FACTORY.createParser(
                ObjectReadContext.empty(), new ByteArrayInputStream(bytes, from, to - from))) {
            parser.nextToken();
            for (JsonToken token = parser.nextToken(); token == JsonToken.PROPERTY_NAME; token = parser.nextToken()) {
                String name = parser.currentName();
                boolean text = parser.nextToken() == JsonToken.VALUE_STRING;
                if (text && name.equals("log")) {
                    log = parser.getString();
                } else if (text && name.equals("stream")) {
                    stream = parser.getString();
                } else {
                    parser.skipChildren();
                }
            }
        } catch (JacksonException e) {
            return Taken.NOT;
        }
        if (log == null || !("stdout".equals(stream) || "stderr".equals(stream))) {
            return Taken.NOT;
        }
        boolean last = log.endsWith("\n");
        byte[] piece = log.getBytes(StandardCharsets.UTF_8);
        return take(stream, piece, 0, piece.length - (last ? 1 : 0), last);
    }

    /** A line that may be the CRI's. */
    Taken takeCri(byte[] bytes, int from, int to) {
        if (from >= to || bytes[from] < '0' || bytes[from] > '9') {
            return Taken.NOT;
        }
        String begin = new String(bytes, from, Math.min(to - from, LONGEST_CRI_BEGIN), StandardCharsets.ISO_8859_1);
        Matcher cri = CRI.matcher(begin);
        return cri.lookingAt()
                ? take(cri.group(1), bytes, from + cri.end(), to, cri.group(2).equals("F"))
                : Taken.NOT;
    }

    private Taken take(String stream, byte[] bytes, int from, int to, boolean isLast) {
        Pieces pieces = held.computeIfAbsent(stream, name -> new Pieces());
        boolean begins = pieces.text.size() == 0;
        if (pieces.text.size() + (to - from) > LogJson.MAXIMUM_LINE) {
            pieces.tooLong = true;
        } else {
            pieces.text.write(bytes, from, to - from);
        }
        boolean ours = from < to && (!begins || bytes[from] == '{');
        if (!isLast && ours && !isObject(pieces, bytes[to - 1])) {
            return Taken.HELD;
        }
        held.remove(stream);
        whole = pieces.tooLong ? NO_OBJECT : pieces.text.toByteArray();
        return Taken.WHOLE;
    }

    // Forwarders leave Docker's line feed away: what is a whole object waits for nothing.
    private boolean isObject(Pieces pieces, byte lastByte) {
        if (lastByte != '}') {
            return false;
        }
        byte[] text = pieces.text.toByteArray();
        return scanner.scan(text, 0, text.length, line);
    }

    private static boolean startsWith(byte[] bytes, int from, int to) {
        if (to - from < DOCKER_BEGIN.length) {
            return false;
        }
        for (int i = 0; i < DOCKER_BEGIN.length; i++) {
            if (bytes[from + i] != DOCKER_BEGIN[i]) {
                return false;
            }
        }
        return true;
    }

    private static final class Pieces {
        private final ByteArrayOutputStream text = new ByteArrayOutputStream();
        private boolean tooLong;
    }
}
