package dev.imdsanalyzer.secrets;

import java.util.List;

/** Names that stand as elements or as values of their own: XML, and lists of names and values in JSON or XML. */
final class Markup {
    private static final int ATTRIBUTES_LIMIT = 256;
    private static final String CHARACTER_DATA = "<![CDATA[";

    /** What the value is called in a list of names and values. */
    private static final List<String> VALUES = List.of("value", "Value", "parameterValue", "ParameterValue", "content");

    private final String text;

    Markup(String text) {
        this.text = text;
    }

    /** Where the content of the name's element begins ({@code <password>…}, with a prefix or attributes); -1 if there is none. */
    int content(int nameStart, int nameEnd) {
        if (text.startsWith("</", nameEnd)) {
            return nextElement(nameEnd);
        }
        if (!opens(nameStart) || nameEnd >= text.length()) {
            return -1;
        }
        int at = nameEnd;
        while (at < text.length()
                && at - nameEnd < ATTRIBUTES_LIMIT
                && text.charAt(at) != '>'
                && text.charAt(at) != '<') {
            at++;
        }
        boolean closed = at < text.length() && text.charAt(at) == '>' && text.charAt(at - 1) != '/';
        return closed && (at == nameEnd || text.charAt(nameEnd) <= ' ') ? inside(at + 1) : -1;
    }

    private boolean opens(int nameStart) {
        int at = nameStart;
        if (at > 0 && text.charAt(at - 1) == ':') {
            at--;
            while (at > 0 && nameStart - at < ATTRIBUTES_LIMIT && Words.isWordPart(text.charAt(at - 1))) {
                at--;
            }
        }
        return at > 0 && text.charAt(at - 1) == '<';
    }

    /** {@code <key>password</key><string>…}: behind the end of the name's element the next one's content. */
    private int nextElement(int from) {
        int close = closing(from);
        int open = close < 0 ? -1 : skipBlanks(close + 1);
        if (open < 0 || open + 1 >= text.length() || text.charAt(open) != '<' || text.charAt(open + 1) == '/') {
            return -1;
        }
        int end = closing(open);
        return end < 0 ? -1 : inside(end + 1);
    }

    private int closing(int from) {
        int at = from;
        while (at < text.length() && at - from < ATTRIBUTES_LIMIT) {
            if (text.charAt(at) == '>') {
                return at;
            }
            at++;
        }
        return -1;
    }

    /** Where an element's content that begins at the place ends. */
    int contentEnd(int from) {
        boolean data =
                from >= CHARACTER_DATA.length() && text.startsWith(CHARACTER_DATA, from - CHARACTER_DATA.length());
        int end = text.indexOf(data ? "]]>" : "<", from);
        return end < 0 ? text.length() : end;
    }

    private int inside(int from) {
        return text.startsWith(CHARACTER_DATA, from) ? from + CHARACTER_DATA.length() : from;
    }

    /**
     * Where the value begins that a list has beside the name ({@code {"name":"DB_PASSWORD","value":"…"}}, {@code
     * name="password" value="…"}); -1 if there is none.
     */
    int listedValue(int nameStart, int nameEnd) {
        int at = ValueSpan.skipQuote(text, nameEnd);
        if (at == nameEnd || nameStart == 0) {
            return -1;
        }
        at = skipBlanks(at);
        at = at < text.length() && text.charAt(at) == ',' ? skipBlanks(at + 1) : at;
        int word = ValueSpan.skipQuote(text, at);
        for (String name : VALUES) {
            if (text.startsWith(name, word)) {
                int separator = skipBlanks(ValueSpan.skipQuote(text, word + name.length()));
                boolean separated = separator < text.length() && ":=".indexOf(text.charAt(separator)) >= 0;
                return separated ? skipBlanks(separator + 1) : -1;
            }
        }
        return -1;
    }

    private int skipBlanks(int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) <= ' ') {
            at++;
        }
        return at;
    }
}
