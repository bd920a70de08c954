package dev.imdsanalyzer.live;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * The requests that tshark finds in a capture, read from its PDML: one {@code proto} element for each message, also where
 * a frame has several. The n-th final answer of a connection belongs to its n-th request (RFC 9112 section 9.3.2).
 */
final class Tshark {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String TOKEN = "x-aws-ec2-metadata-token:";

    /** One connection's messages. */
    private static final class Stream {
        private String client;
        private final List<String> requests = new ArrayList<>();
        private final List<Boolean> tokens = new ArrayList<>();
        private final List<String> statuses = new ArrayList<>();
    }

    private final Map<String, Stream> streams = new LinkedHashMap<>();
    private final Map<String, String> packet = new LinkedHashMap<>();
    private final Map<String, String> message = new LinkedHashMap<>();
    private boolean inMessage;
    /** Protocols inside the message's element, such as the note that something is malformed. */
    private int nested;

    private Tshark() {}

    static List<HttpRequestFacts> requests(Path capture, Path scratch) {
        Path document = scratch.resolve("tshark.pdml");
        Process process = Processes.start(new ProcessBuilder(
                        "tshark", "-n", "-r", capture.toString(), "-Y", "http", "-T", "pdml", "-J", "ip ipv6 tcp http")
                .redirectOutput(document.toFile())
                .redirectError(scratch.resolve("tshark.err").toFile()));
        if (!Processes.exits(process, LIMIT)) {
            process.destroyForcibly();
            throw new AssertionError("tshark did not end: " + capture);
        }
        Tshark tshark = new Tshark();
        tshark.read(document);
        return tshark.facts();
    }

    private void read(Path document) {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(document))) {
            XMLStreamReader reader = factory.createXMLStreamReader(in);
            while (reader.hasNext()) {
                int event = reader.next();
                if (event == XMLStreamConstants.START_ELEMENT) {
                    onStart(reader);
                } else if (event == XMLStreamConstants.END_ELEMENT
                        && reader.getLocalName().equals("proto")) {
                    onProtocolEnd();
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (XMLStreamException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private void onStart(XMLStreamReader reader) {
        String name = reader.getAttributeValue(null, "name");
        switch (reader.getLocalName()) {
            case "packet" -> packet.clear();
            case "proto" -> onProtocol(name);
            case "field" -> onField(reader, name);
            default -> {
                // The document's frame.
            }
        }
    }

    private void onProtocol(String name) {
        if (inMessage) {
            nested++;
            return;
        }
        message.clear();
        inMessage = "http".equals(name);
    }

    private void onField(XMLStreamReader reader, String name) {
        if (!inMessage) {
            packet.putIfAbsent(name, reader.getAttributeValue(null, "show"));
        } else if (name.equals("http.request.line")) {
            String line = reader.getAttributeValue(null, "show").toLowerCase(Locale.ROOT);
            if (line.startsWith(TOKEN)) {
                message.put(TOKEN, line);
            }
        } else if (name.equals("http.request.method")
                || name.equals("http.request.uri")
                || name.equals("http.response.code")) {
            String bytes = reader.getAttributeValue(null, "value");
            message.putIfAbsent(
                    name, new String(HexFormat.of().parseHex(bytes == null ? "" : bytes), StandardCharsets.ISO_8859_1));
        }
    }

    private void onProtocolEnd() {
        if (!inMessage) {
            return;
        }
        if (nested > 0) {
            nested--;
            return;
        }
        inMessage = false;
        Stream stream = streams.computeIfAbsent(packet.get("tcp.stream"), key -> new Stream());
        String method = message.get("http.request.method");
        String status = message.get("http.response.code");
        if (method != null) {
            stream.client = packet.getOrDefault("ip.src", packet.get("ipv6.src")) + ":" + packet.get("tcp.srcport");
            stream.requests.add(method + " " + message.getOrDefault("http.request.uri", ""));
            stream.tokens.add(message.containsKey(TOKEN));
        } else if (status != null && (!status.startsWith("1") || status.equals("101"))) {
            stream.statuses.add(status);
        }
    }

    private List<HttpRequestFacts> facts() {
        List<HttpRequestFacts> facts = new ArrayList<>();
        for (Stream stream : streams.values()) {
            for (int i = 0; i < stream.requests.size(); i++) {
                String status = i < stream.statuses.size() ? stream.statuses.get(i) : "-";
                facts.add(new HttpRequestFacts(stream.client, stream.requests.get(i), status, stream.tokens.get(i)));
            }
        }
        return facts;
    }
}
