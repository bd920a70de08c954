package dev.imdsanalyzer.daemon.doctor;

import dev.imdsanalyzer.daemon.host.HostFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One request for an IMDSv2 token, marked as ours; the token is not kept and ends after a second. On a socket of our own,
 * so that no proxy, retry or fallback of an HTTP client comes in between.
 *
 * @param status the answer's status code; -1 where there was none
 * @param milliseconds from the connect to the status line
 * @param failure why there was no answer; null if there was
 */
record TokenRequest(int status, long milliseconds, String failure) {
    static final String USER_AGENT = "imds-packet-analyzer-doctor";

    private static final String IMDS = "169.254.169.254";
    private static final int CONNECT_MILLIS = 2_000;
    private static final int ANSWER_MILLIS = 2_000;
    /** More than a whole answer, so that nothing is left unread, which would reset the connection. */
    private static final int ANSWER_BYTES = 4096;

    /** {@code HTTP/1.1 200}. */
    private static final int STATUS_BYTES = 12;

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})");
    private static final byte[] REQUEST = String.join(
                    "\r\n",
                    "PUT /latest/api/token HTTP/1.1",
                    "Host: " + IMDS,
                    "User-Agent: " + USER_AGENT,
                    "X-aws-ec2-metadata-token-ttl-seconds: 1",
                    "Content-Length: 0",
                    "Connection: close",
                    "",
                    "")
            .getBytes(StandardCharsets.US_ASCII);

    /** Sends it; returns within a few seconds. */
    static TokenRequest send() {
        long begin = System.nanoTime();
        try (Socket socket = new Socket(Proxy.NO_PROXY)) {
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.connect(new InetSocketAddress(IMDS, 80), CONNECT_MILLIS);
            socket.getOutputStream().write(REQUEST);
            String head = head(socket.getInputStream());
            long milliseconds = (System.nanoTime() - begin) / 1_000_000;
            int status = status(head);
            return new TokenRequest(status, milliseconds, status < 0 ? "it did not answer in HTTP" : null);
        } catch (IOException e) {
            return new TokenRequest(-1, (System.nanoTime() - begin) / 1_000_000, HostFile.reason(e));
        }
    }

    private static String head(InputStream in) throws IOException {
        byte[] bytes = new byte[ANSWER_BYTES];
        int length = 0;
        int read = in.read(bytes);
        while (read > 0 && length + read < STATUS_BYTES) {
            length += read;
            read = in.read(bytes, length, bytes.length - length);
        }
        return new String(bytes, 0, length + Math.max(read, 0), StandardCharsets.ISO_8859_1);
    }

    /** The status code at the start of an answer; -1 if it is none. */
    static int status(String answer) {
        Matcher matcher = STATUS.matcher(answer);
        return matcher.lookingAt() ? Integer.parseInt(matcher.group(1)) : -1;
    }

    boolean answered() {
        return failure == null;
    }
}
