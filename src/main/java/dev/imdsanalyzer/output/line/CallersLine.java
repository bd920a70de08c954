package dev.imdsanalyzer.output.line;

/** Who called how often: the last that people are told. Machines count for themselves: never in a JSON log. */
public final class CallersLine extends Line {
    @Override
    void writeJson(LineJson json, CallerMembers callers) {
        throw new IllegalStateException("the table of callers is for people");
    }

    @Override
    void writeText(TextLine text) {
        text.callers();
    }
}
