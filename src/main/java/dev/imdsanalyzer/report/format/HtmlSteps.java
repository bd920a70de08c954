package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.Remedy;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Sentences, and between them blocks of lines to copy: a script of the page gives each block its button. */
final class HtmlSteps {
    private HtmlSteps() {}

    /** What belongs together is copied together: lines that follow one another are one block. */
    static void write(List<String> steps, PrintStream out) {
        List<String> lines = new ArrayList<>();
        for (String step : steps) {
            if (Remedy.isCommand(step)) {
                lines.add(step);
                continue;
            }
            block(lines, out);
            lines.clear();
            out.print("<p>" + Escape.html(step) + "</p>");
        }
        block(lines, out);
    }

    /** Nothing where there is no line. */
    static void block(List<String> lines, PrintStream out) {
        if (!lines.isEmpty()) {
            out.print("<pre class=\"copy\"><code>"
                    + lines.stream().map(Escape::html).collect(Collectors.joining("\n")) + "</code></pre>");
        }
    }
}
