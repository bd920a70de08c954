package dev.imdsanalyzer.output.line.call;

import dev.imdsanalyzer.output.line.Line;
import dev.imdsanalyzer.output.line.caller.CallerMembers;
import dev.imdsanalyzer.output.line.field.LineJson;
import dev.imdsanalyzer.output.text.TextLine;

/** Who called how often: the last that people are told. Machines count for themselves: never in a JSON log. */
public final class CallersLine extends Line {
    @Override
    public void writeJson(LineJson json, CallerMembers callers) {
        throw new IllegalStateException("the table of callers is for people");
    }

    @Override
    public void writeText(TextLine text) {
        text.callers();
    }
}
