package dev.imdsanalyzer.imds.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.http.HttpDecoder;
import dev.imdsanalyzer.http.HttpLimits;
import dev.imdsanalyzer.imds.Category;
import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsSettings;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Direction;
import dev.imdsanalyzer.tcp.FakeConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is no good HTTP, and what some server answers all the same: a call, with path, version and outcome, and so are the
 * calls behind it on the same connection.
 *
 * <p>What servers made of such requests, each followed by a plain one on the same connection (answer &gt; answer to the plain
 * one; x: closed; t: with the token), nginx 1.22, lighttpd 1.4.69, Python 3.11 http.server, Node 20, Go 1.19 and BusyBox
 * 1.35, which closes always, from loopback:
 *
 * <pre>
 *                                nginx      lighttpd   Python     Node       Go         BusyBox
 * control byte in a value        200 &gt; 200  400 x      200 &gt; 200  400 x      400 x      200
 * control byte in a name         400 x      400 x      200 &gt; 200  400 x      400 x      200
 * CR CR LF after a field         200 &gt; 200  400 x      200 &gt; 200  400 x      400 x      200
 * CR CR LF as the empty line     400 x      400 x      - &gt; 200    400 x      400 x      200
 * carriage return in a value     400 x      400 x      200 &gt; 200  400 x      400 x      200
 * ... and the token behind it    400 x      400 x      200t &gt; 200 400 x      400 x      200
 * HTTP/1.10                      200 &gt; 200  400 x      200 &gt; 200  400 x      400 x      200
 * HTTP/2.0                       505 x      505 x      505 x      200 x      505 x      200
 * no version                     bare x     400 x      bare x     200 x      400 x      400
 * method of 65 letters           200 &gt; 200  501 x      501 x      400 x      200 &gt; 200  501
 * CONNECT                        400 x      400 x      200 &gt; 200  - x        200 &gt; 200  400
 * tabs, VT for spaces            400 x      400 x      200 &gt; 200  400 x      400 x      400
 * space in front                 400 x      501 x      200 &gt; 200  400 x      400 x      400
 * token, blank before the colon  400 x      400 x      200 &gt; 200  400 x      400 x      200
 * token on a folded line         400 x      200 &gt; 200  200 &gt; 200  400 x      200t &gt; 200 200
 * token behind a bad line        200t &gt; 200 400 x      200 &gt; 200  400 x      400 x      200
 * token behind CR CR LF          200t &gt; 200 400 x      200 &gt; 200  400 x      400 x      200
 * token behind a NUL             400 x      400 x      200t &gt; 200 400 x      400 x      200
 * chunked, and no body           200 &gt; - x  400 x      200 &gt; 200  200 &gt; 400 x - &gt; 200 x  200
 * other transfer coding          501 x      501 x      200 &gt; 200  200 x      501 x      200
 * length +1, -1, 0x0, 9...9      400 x      400 x      200 &gt; 200  400 x      400 x      200
 * length without a body          200 &gt; -    400 x      200 &gt; 200  200 &gt; -    - &gt; -      200
 * head of 70 KB                  400 x      431 x      200 &gt; 200  431 x      200 &gt; 200  413
 * target of 70 KB                414 x      431 x      414 x      431 x      200 &gt; 200  400
 * </pre>
 */
class OddRequestsTest {
    private static final String PATH = "/latest/meta-data/iam/security-credentials/role";
    private static final String NAME = "X-aws-ec2-metadata-token";
    private static final String TOKEN = NAME + ": AQAAAHp4dvY=\r\n";
    private static final String LINE = "GET " + PATH + " HTTP/1.1\r\nHost: 169.254.169.254\r\n";
    private static final String PLAIN = LINE + "\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String GRANTED =
            "HTTP/1.1 200 OK\r\n" + NAME + "-ttl-seconds: 60\r\nContent-Length: 0\r\n\r\n";
    private static final String REFUSED = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
    private static final int FOLLOWING = 20;

    private static String get(String fields) {
        return LINE + fields + "\r\n";
    }

    /** A name; a request; its version if answered 200, 200 with the token's field, and 401. */
    static Stream<Arguments> requests() {
        return Stream.of(
                row("control byte in a value", get("A: b\u0001c\r\n"), "v1 unknown v1"),
                row("NUL in a value", get("A: b\u0000c\r\n"), "v1 unknown v1"),
                row("DEL in a value", get("A: b\u007f\r\n"), "v1 unknown v1"),
                row("control byte in a name", get("A\u0001: b\r\n"), "v1 unknown v1"),
                row("control byte behind the token", get(TOKEN + "A: \u0001\r\n"), "v2 v2 v2"),
                row("control byte before the token", get("A: \u0001\r\n" + TOKEN), "v1 v2 v1"),
                row("control byte in the token", get(NAME + ": a\u0001\r\n"), "v1 v2 v1"),
                row("control byte in the token's name", get("X-aws-ec2-\u0001metadata-token: a\r\n"), "v1 v2 v1"),
                row("NUL behind the token's name", get(NAME + "\u0000: a\r\n"), "v1 v2 v1"),
                row("CR CR LF after a field", get("A: b\r\r\n"), "v1 unknown v1"),
                row("CR CR LF as the empty line", LINE + "\r\r\n", "v1 unknown v1"),
                row("CR CR LF before the token", get("A: b\r\r\n" + TOKEN), "v1 v2 v1"),
                row("CR CR LF after the token", get(TOKEN.replace("\r", "\r\r")), "v1 v2 v1"),
                row("CR in a value", get("A: b\rc\r\n"), "v1 unknown v1"),
                row("CR before the token", get("A: b\r" + TOKEN), "v1 v2 v1"),
                row("CR in the token's name", get("X-aws-ec2-me\rtadata-token: t\r\n"), "v1 v2 v1"),
                row("CR in the request line", PLAIN.replace(" HTTP", "\rHTTP"), "v1 unknown v1"),
                row("token in the request line", PLAIN.replace("\r\nHost", "\r" + NAME + ": a\r\nHost"), "v1 v2 v1"),
                row("HTTP/1.10", version("HTTP/1.10"), "v1 unknown v1"),
                row("HTTP/2.0", version("HTTP/2.0"), "v1 unknown v1"),
                row("HTTP/1.1x", version("HTTP/1.1x"), "v1 unknown v1"),
                row("http/1.1", version("http/1.1"), "v1 unknown v1"),
                row("FOO/1.1", version("FOO/1.1"), "v1 unknown v1"),
                row("words behind the version", version("HTTP/1.1 x"), "v1 unknown v1"),
                row("HTTP/1.10 with a token", version("HTTP/1.10").replace("Host", TOKEN + "Host"), "v2 v2 v2"),
                row("tabs for spaces", PLAIN.replace(" /", "\t/").replace(" HTTP", "\tHTTP"), "v1 unknown v1"),
                row("VT for spaces", PLAIN.replace(" /", "\u000b/"), "v1 unknown v1"),
                row("Python's other blanks", PLAIN.replace(" /", "\u001c/"), "v1 unknown v1"),
                row("space in front", " " + PLAIN, "v1 unknown v1"),
                row("tab in front", "\t" + PLAIN, "v1 unknown v1"),
                row("control byte behind the target", PLAIN.replace(" HTTP", "\u0001 HTTP"), "v1 unknown v1"),
                row("token, blank before the colon", get(NAME + " : a\r\n"), "v1 v2 v1"),
                row("token, tab before the colon", get(NAME + "\t: a\r\n"), "v1 v2 v1"),
                row("token on a folded line", get(NAME + ":\r\n a\r\n"), "v1 v2 v1"),
                row("token as a folded line", get("A: b\r\n " + TOKEN), "v1 v2 v1"),
                row("token behind a folded line", get("A: b\r\n c\r\n" + TOKEN), "v1 v2 v1"),
                row("token that goes on folded", get(TOKEN + " b\r\n"), "v2 v2 v2"),
                row("token in quotes", get("\"" + NAME + "\": a\r\n \r\n"), "v1 unknown v1"),
                row("token without a colon", get(NAME + "\r\n"), "v1 v2 v1"),
                row("token behind a line without a colon", get("junk\r\n" + TOKEN), "v1 v2 v1"),
                row("TTL field, blank before the colon", get(NAME + "-ttl-seconds : 60\r\n"), "v1 unknown v1"),
                row("line without a colon", get("junk\r\n"), "v1 unknown v1"),
                row("empty field name", get(": b\r\n"), "v1 unknown v1"),
                row("high byte in a name", get("\u00fc: b\r\n"), "v1 unknown v1"),
                row("bad transfer coding", get("Transfer-Encoding: identity\r\n"), "v1 unknown v1"),
                row("transfer coding of two", get("Transfer-Encoding: identity, gzip\r\n"), "v1 unknown v1"),
                row("length with a sign", get("Content-Length: +1\r\n"), "v1 unknown v1"),
                row("negative length", get("Content-Length: -1\r\n"), "v1 unknown v1"),
                row("hexadecimal length", get("Content-Length: 0x0\r\n"), "v1 unknown v1"),
                row("huge length", get("Content-Length: " + "9".repeat(25) + "\r\n"), "v1 unknown v1"),
                row("two lengths", get("Content-Length: 0\r\nContent-Length: 3\r\n"), "v1 unknown v1"));
    }

    /** The same for what is slow to try at each split, or breaks no rule. */
    static Stream<Arguments> others() {
        String fields = ("F: " + "x".repeat(1000) + "\r\n").repeat(70);
        return Stream.of(
                row("method of 65 letters", PLAIN.replace("GET", "G".repeat(65)), "v1 v1 v1"),
                row("lower-case method", PLAIN.replace("GET", "get"), "v1 v1 v1"),
                row("HTTP/1.2", version("HTTP/1.2"), "v1 v1 v1"),
                row("several spaces", PLAIN.replace(" ", "  "), "v1 v1 v1"),
                row("spaces behind the version", version("HTTP/1.1  "), "v1 v1 v1"),
                row("empty lines before", "\r\n\n\r\n" + PLAIN, "v1 v1 v1"),
                row("line feeds only", PLAIN.replace("\r", ""), "v1 v1 v1"),
                row("absolute-form", PLAIN.replace(" /", " http://169.254.169.254/"), "v1 v1 v1"),
                row("many fields", get("a:\r\n".repeat(5000)), "v1 v1 v1"),
                row("head over the limit", get(fields), "v1 unknown v1"),
                row("token before the limit", get(TOKEN + fields), "v2 v2 v2"),
                row("token behind the limit", get(fields + TOKEN), "v2 v2 v2"),
                row("odd token behind the limit", get(fields + NAME + " : a\r\n"), "v1 v2 v1"),
                row(
                        "token behind a line over the limit",
                        get("A: " + "x".repeat(140_000) + "\r\n" + TOKEN),
                        "v1 v2 v1"),
                row("token of 70 KB", get(NAME + ": " + "x".repeat(70_000) + "\r\n"), "v2 v2 v2"),
                row("target of 70 KB", PLAIN.replace(" HTTP", "?" + "x".repeat(70_000) + " HTTP"), "v1 unknown v1"),
                row("underscores", get(NAME.replace('-', '_') + ": a\r\n"), "v1 v2 v1"),
                row("token twice", get(TOKEN + TOKEN), "v2 v2 v2"),
                row("token twice, once empty", get(NAME + ":\r\n" + TOKEN), "v1 v2 v2"),
                row("empty token", get(NAME + ":\r\n"), "v1 v2 v2"),
                row("chunked, and no body", get("Transfer-Encoding: chunked\r\n"), "v1 v1 v1"),
                row("length, and no body", get("Content-Length: 1000\r\n"), "v1 v1 v1"),
                row("damaged chunks", get("Transfer-Encoding: chunked\r\n") + "xyz\r\n", "v1 unknown v1"),
                row("offer of h2c", get("Upgrade: h2c\r\nConnection: Upgrade\r\n"), "v1 v1 v1"));
    }

    private static String version(String version) {
        return PLAIN.replace("HTTP/1.1", version);
    }

    private static Arguments row(String name, String request, String versions) {
        return Arguments.of(name, request, versions.split(" "));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void isACallHoweverItIsCut(String name, String request, String[] versions) {
        for (int cut : new int[] {0, 1, 2, 3, 7, 13, 31, 64, request.length() - 2, request.length() - 1}) {
            assertThat(oddCall(request, OK, cut)).isEqualTo(versions[0] + " 200 malformed-request");
        }
        assertThat(oddCall(request, GRANTED, 0)).isEqualTo(versions[1] + " 200 malformed-request");
        assertThat(oddCall(request, REFUSED, 0)).isEqualTo(versions[2] + " 401 malformed-request");
    }

    private static String oddCall(String request, String answer, int cut) {
        Wire wire = new Wire(cut);
        wire.client(request).server(answer).close();
        assertThat(wire.calls).hasSize(1);
        ImdsCall call = wire.calls.get(0);
        assertThat(call.detail()).isNotBlank();
        String malformed = call.findings().contains(Finding.MALFORMED_REQUEST) ? " malformed-request" : "";
        assertThat(call.path()).startsWith(PATH);
        return call.version().label() + " " + call.status() + malformed;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("others")
    void isACallToo(String name, String request, String[] versions) {
        String[] answers = {OK, GRANTED, REFUSED};
        for (int i = 0; i < answers.length; i++) {
            for (int cut : new int[] {0, 5, 1460}) {
                Wire wire = new Wire(cut);
                wire.client(request).server(answers[i]).close();
                assertThat(wire.calls).hasSize(1);
                assertThat(wire.calls.get(0).version().label())
                        .as("cut %d", cut)
                        .isEqualTo(versions[i]);
                assertThat(wire.calls.get(0).path()).isEqualTo(PATH);
            }
        }
    }

    static Stream<Arguments> all() {
        return Stream.concat(requests(), others());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void hidesNoCallBehindIt(String name, String request, String[] versions) {
        for (int cut : new int[] {0, 7, 1460}) {
            Wire wire = new Wire(cut);
            wire.client(request).server(OK);
            for (int i = 0; i < FOLLOWING; i++) {
                wire.client(PLAIN).server(OK);
            }
            wire.close();
            assertFollowing(wire.calls);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void hidesNoCallThatIsSentAlongWithIt(String name, String request, String[] versions) {
        if (name.contains("no body")) {
            // The server that skips a body skips requests; the one that does not answers more than there seem to be.
            return;
        }
        Wire wire = new Wire(1460);
        wire.client(request + PLAIN.repeat(FOLLOWING))
                .server(OK.repeat(1 + FOLLOWING))
                .close();
        assertFollowing(wire.calls);
    }

    private static void assertFollowing(List<ImdsCall> calls) {
        assertThat(calls).hasSize(1 + FOLLOWING);
        assertThat(calls.subList(1, 1 + FOLLOWING)).allSatisfy(call -> {
            assertThat(call.version()).isEqualTo(ImdsVersion.V1);
            assertThat(call.path()).isEqualTo(PATH);
            assertThat(call.category()).isEqualTo(Category.CREDENTIALS);
            assertThat(call.status()).isEqualTo(200);
            assertThat(call.findings()).containsExactly(Finding.IMDSV1_REQUEST);
        });
    }

    /** One connection, from bytes to calls. */
    private static final class Wire {
        final List<ImdsCall> calls = new ArrayList<>();
        private final Counters counters = new Counters();
        private final ExchangeTracker tracker = new ExchangeTracker(calls::add, new ImdsSettings(null), counters);
        private final HttpDecoder decoder = new HttpDecoder(tracker, HttpLimits.defaults(), counters);
        private final FakeConnection connection = FakeConnection.undecoded();
        private final Map<Direction, byte[]> held = new EnumMap<>(Direction.class);
        private final int cut;

        /** @param cut pieces of so many bytes; 0 for whole ones */
        Wire(int cut) {
            this.cut = cut == 0 ? Integer.MAX_VALUE : cut;
            connection.decoded = true;
            decoder.onOpen(connection);
        }

        Wire client(String text) {
            return send(Direction.REQUEST, text);
        }

        Wire server(String text) {
            return send(Direction.RESPONSE, text);
        }

        private Wire send(Direction direction, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            for (int from = 0; from < bytes.length; from += Math.min(cut, bytes.length)) {
                byte[] piece = Arrays.copyOfRange(bytes, from, (int) Math.min((long) from + cut, bytes.length));
                byte[] before = held.getOrDefault(direction, new byte[0]);
                byte[] shown = Arrays.copyOf(before, before.length + piece.length);
                System.arraycopy(piece, 0, shown, before.length, piece.length);
                int used = decoder.onBytes(connection, direction, shown, 0, shown.length, 1);
                held.put(direction, Arrays.copyOfRange(shown, used, shown.length));
            }
            return this;
        }

        void close() {
            decoder.onClose(connection, CloseReason.FINISHED, 1);
            tracker.expire(Long.MAX_VALUE);
        }
    }
}
