package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.ReportData;
import java.util.Map;

/** Placeholder for one compile. */
public final class GuardrailFiles {
    private GuardrailFiles() {}

    public static Map<String, String> of(ReportData data) {
        return AllowFiles.of(data);
    }
}
