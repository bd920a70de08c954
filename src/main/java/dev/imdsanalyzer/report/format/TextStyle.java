package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.Verdict;

/** ANSI colours, or nothing. */
final class TextStyle {
    private final boolean colour;

    TextStyle(boolean colour) {
        this.colour = colour;
    }

    String verdict(Verdict verdict, String text) {
        return switch (verdict) {
            case READY -> code("1;32", text);
            case WATCH_LONGER -> code("1;33", text);
            case REQUIRED_BUT_BREAKING -> code("1;35", text);
            case NOT_READY -> code("1;31", text);
        };
    }

    String bold(String text) {
        return code("1", text);
    }

    String dim(String text) {
        return code("2", text);
    }

    String v1(String text) {
        return code("31", text);
    }

    String fix(String text) {
        return code("32", text);
    }

    String command(String text) {
        return code("36", text);
    }

    private String code(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
