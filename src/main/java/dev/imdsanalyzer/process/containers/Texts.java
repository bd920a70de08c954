package dev.imdsanalyzer.process.containers;

import java.util.Map;

/** The texts of one file, by their names, as names may stand in a log. */
final class Texts {
    private final Map<String, String> texts;
    private final String section;

    /** @param section the path before each name, with its slash */
    Texts(Map<String, String> texts, String section) {
        this.texts = texts;
        this.section = section;
    }

    /** Null where there is none. */
    String get(String name) {
        return clean(texts.get(section + name));
    }

    /** Without control characters, which no name has. */
    static String clean(String text) {
        if (text == null || text.chars().noneMatch(Character::isISOControl)) {
            return text;
        }
        StringBuilder cleaned = new StringBuilder(text.length());
        text.codePoints().map(c -> Character.isISOControl(c) ? 0xFFFD : c).forEach(cleaned::appendCodePoint);
        return cleaned.toString();
    }
}
