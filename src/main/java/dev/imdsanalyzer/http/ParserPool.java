package dev.imdsanalyzer.http;

import java.util.ArrayDeque;
import java.util.function.Supplier;

/** Parsers that no head is using. A connection holds one only while a head of its is incomplete. */
final class ParserPool<P extends HeadParser> {
    private static final int KEPT = 16;

    private final Supplier<P> maker;
    private final ArrayDeque<P> idle = new ArrayDeque<>(KEPT);

    ParserPool(Supplier<P> maker) {
        this.maker = maker;
    }

    /** A parser that has seen nothing. */
    P take() {
        P parser = idle.pollLast();
        return parser == null ? maker.get() : parser;
    }

    void giveBack(P parser) {
        if (idle.size() < KEPT) {
            parser.reset();
            idle.addLast(parser);
        }
    }
}
