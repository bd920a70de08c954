package dev.imdsanalyzer.daemon.calls;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.imdsanalyzer.packet.PacketBytes;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Any texts around the secrets of a real call, through all stages. The input: pieces of one connection, each with a byte
 * that says who sends it and in segments of what size, two bytes of length, and its bytes. Behind each piece of the client
 * stand a User-Agent with keys in it and a token field, behind each of IMDS a token or credentials as body.
 */
class CallFuzzTest {
    private static final String TOKEN = "AQAEAFuzzedTokenOfTheClient0123456789abcdefghijklmnopqrstuv==";
    private static final String ANSWER = "AQAEAFuzzedTokenFromTheService9876543210ABCDEFGHIJKLMNOPQRSTUV==";
    /** In a field that is shown, keys of other services by their form, by a name and by a scheme. */
    private static final String KEYS = "ghp_FuzzedTokenOfAForge0123456789abcdef (password=FuzzedTokenByName; sig=x)"
            + " Bearer FuzzedTokenByScheme0123 hvs.FuzzedTokenOfAVault0123456789 IQoJb3JpZ2luFuzzedTokenOfASession/+"
            + " http://u:FuzzedTokenOfAUser@h/?a%5Btoken%5D=FuzzedTokenEncoded <password>FuzzedTokenInXml</password>";

    private static final byte[] TOKEN_FIELD =
            PacketBytes.ascii("\r\nUser-Agent: app/1 " + KEYS + "\r\nX-aws-ec2-metadata-token: " + TOKEN + "\r\n\r\n");
    private static final byte[] BODY = PacketBytes.ascii("\r\nContent-Length: 66\r\n\r\n" + ANSWER + "\r\n");
    private static final long EPOCH_NANOS = 1_800_000_000_000_000_000L;

    /** No line holds the client's token or keys, or anything of a body. */
    @FuzzTest
    void keepSecretsOutOfLines(byte[] input) {
        ConnectionFrames connection = new ConnectionFrames(40_000).open();
        ByteBuffer rest = ByteBuffer.wrap(input);
        while (rest.remaining() > 3) {
            int kind = rest.get();
            byte[] bytes = new byte[Math.min(rest.getShort() & 0xffff, rest.remaining())];
            rest.get(bytes);
            boolean fromClient = (kind & 1) == 0;
            byte[] message = PacketBytes.join(bytes, fromClient ? TOKEN_FIELD : BODY);
            connection.send(fromClient, message, 1 + (kind >> 1 & 0x7f) * 20);
        }
        LinePipeline pipeline = new LinePipeline();
        ConnectionFrames.feed(connection.close().frames(), EPOCH_NANOS, pipeline);
        List<String> lines = pipeline.lines();
        for (String line : lines) {
            assertThat(line).doesNotContain("FuzzedToken");
        }
    }
}
