package dev.imdsanalyzer.report.format;

import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;

/** Escapes in JSON for what RFC 8259 would let stand as it is: DEL, C1 and the characters that reorder or hide others. */
final class JsonEscapes extends CharacterEscapes {
    private static final long serialVersionUID = 1L;
    private static final int DELETE = 0x7f;

    @Override
    public int[] getEscapeCodesForAscii() {
        int[] escapes = standardAsciiEscapesForJSON();
        escapes[DELETE] = ESCAPE_STANDARD;
        return escapes;
    }

    @Override
    public SerializableString getEscapeSequence(int character) {
        return character <= Character.MAX_VALUE && Escape.isControl((char) character)
                ? new SerializedString(String.format("\\u%04x", character))
                : null;
    }
}
