package dev.imdsanalyzer.tcp.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.imdsanalyzer.packet.Checksum;
import dev.imdsanalyzer.packet.IpAddress;
import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.packet.Travel;
import java.util.Arrays;

/**
 * Segments as a line of text, much as tcpdump prints them.
 *
 * <pre>
 * &gt; S 1000              from the client, SYN, sequence number 1000
 * &lt; SA 5000 1001        from IMDS, SYN and ACK, sequence number 5000, acknowledgment number 1001
 * &gt; A 1001 5001 GET     with payload
 * </pre>
 *
 * Options follow: {@code t=15} (milliseconds since the start), {@code if=3} (interface index), {@code ttl=63},
 * {@code cut=20} (payload bytes beyond the snap length), {@code from=172.17.0.2:40000}, {@code win=} (65535 else),
 * {@code scale=}, {@code urg=} (the urgent pointer), {@code sum=WRONG}, {@code travel=OUT}, {@code ts=} (the sender's clock),
 * {@code options=signed} or {@code network}. A dot stands for no flags.
 * The buffer has other bytes before and behind the payload.
 */
final class SegmentNotation {
    static final long EPOCH_NANOS = 1_800_000_000_000_000_000L;
    private static final int POISON = 7;

    private SegmentNotation() {}

    static TcpSegment parse(String line) {
        TcpSegment segment = new TcpSegment();
        segment.timestampNanos = EPOCH_NANOS;
        segment.timeToLive = 64;
        segment.interfaceIndex = 2;
        segment.window = 65_535;
        segment.serverLow = IpAddress.IMDS_IPV4.low();
        segment.serverPort = 80;
        client(segment, "10.0.0.5:40000");
        String[] words = line.split(" ", -1);
        segment.fromClient = words[0].equals(">");
        segment.flags = flags(words[1]);
        int numbers = 0;
        for (int i = 2; i < words.length; i++) {
            String word = words[i];
            int equals = word.indexOf('=');
            if (equals > 0) {
                option(segment, word.substring(0, equals), word.substring(equals + 1));
            } else if (Character.isDigit(word.charAt(0)) && numbers == 0) {
                segment.sequenceNumber = (int) Long.parseLong(word);
                numbers++;
            } else if (Character.isDigit(word.charAt(0)) && numbers == 1 && segment.has(TcpSegment.ACK)) {
                segment.acknowledgmentNumber = (int) Long.parseLong(word);
                numbers++;
            } else {
                payload(segment, word.getBytes(ISO_8859_1));
            }
        }
        return segment;
    }

    static void payload(TcpSegment segment, byte[] payload) {
        segment.buffer = new byte[payload.length + 2 * POISON];
        Arrays.fill(segment.buffer, (byte) '!');
        System.arraycopy(payload, 0, segment.buffer, POISON, payload.length);
        segment.payloadOffset = POISON;
        segment.payloadLength = payload.length;
    }

    static void client(TcpSegment segment, String addressAndPort) {
        String[] parts = addressAndPort.split(":", -1);
        long address = 0;
        for (String octet : parts[0].split("\\.", -1)) {
            address = address << 8 | Integer.parseInt(octet);
        }
        segment.clientLow = address;
        segment.clientPort = Integer.parseInt(parts[1]);
    }

    private static int flags(String letters) {
        int flags = 0;
        for (int i = 0; i < letters.length(); i++) {
            flags |= switch (letters.charAt(i)) {
                case 'S' -> TcpSegment.SYN;
                case 'A' -> TcpSegment.ACK;
                case 'F' -> TcpSegment.FIN;
                case 'R' -> TcpSegment.RST;
                case 'P' -> TcpSegment.PSH;
                case 'U' -> TcpSegment.URG;
                case '.' -> 0;
                default -> throw new IllegalArgumentException("flags " + letters);
            };
        }
        return flags;
    }

    private static void option(TcpSegment segment, String name, String value) {
        switch (name) {
            case "t" -> segment.timestampNanos = EPOCH_NANOS + Math.round(Double.parseDouble(value) * 1_000_000);
            case "if" -> segment.interfaceIndex = Integer.parseInt(value);
            case "ttl" -> segment.timeToLive = Integer.parseInt(value);
            case "cut" -> segment.payloadMissing = Integer.parseInt(value);
            case "from" -> client(segment, value);
            case "win" -> segment.window = Integer.parseInt(value);
            case "scale" -> segment.options.windowScale = Integer.parseInt(value);
            case "urg" -> segment.urgentPointer = Integer.parseInt(value);
            case "sum" -> segment.checksum = Checksum.valueOf(value);
            case "travel" -> segment.travel = Travel.valueOf(value);
            case "ts" -> {
                segment.options.hasTimestamp = true;
                segment.options.timestamp = (int) Long.parseLong(value);
            }
            case "options" -> {
                segment.options.signed = value.equals("signed");
                segment.networkOptions = value.equals("network");
            }
            default -> throw new IllegalArgumentException(name);
        }
    }
}
