package dev.imdsanalyzer.output.line;

import ch.qos.logback.core.encoder.EncoderBase;
import dev.imdsanalyzer.output.text.TextLine;
import java.nio.charset.StandardCharsets;

/** Lines for people, UTF-8. */
public final class TextLineEncoder extends EncoderBase<Line> {
    private static final byte[] NOTHING = {};

    private final TextLine text;

    /** @param columns width of the terminal; 0 where nothing is to be fitted */
    public TextLineEncoder(boolean colour, int columns) {
        text = new TextLine(colour, columns, false);
    }

    @Override
    public byte[] encode(Line line) {
        // What a line left behind that failed halfway belongs to no other.
        text.take();
        line.writeText(text);
        return text.take().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
