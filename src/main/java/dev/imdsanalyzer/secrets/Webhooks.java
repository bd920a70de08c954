package dev.imdsanalyzer.secrets;

import java.util.List;

/** Addresses that are secrets themselves, as whoever knows them may write there; told by the paths of their services. */
final class Webhooks {
    /** Slack, Discord, Teams, Zapier; behind the last slash begins what identifies the channel. */
    private static final List<String> PATHS = List.of(
            "/services/T",
            "/workflows/T",
            "/triggers/T",
            "/api/webhooks/",
            "/webhookb2/",
            "/hooks/catch/",
            "/with/key/");

    private static final int MINIMUM = 16;

    private Webhooks() {}

    static void find(String text, Spans spans) {
        for (String path : PATHS) {
            int at = text.indexOf(path);
            while (at >= 0) {
                int start = at + path.lastIndexOf('/') + 1;
                int end = start;
                while (end < text.length() && text.charAt(end) > ' ' && "?#\"'`<>|;…".indexOf(text.charAt(end)) < 0) {
                    end++;
                }
                if (end - start >= MINIMUM && hasDigit(text, start, end)) {
                    spans.add(start, end);
                }
                at = text.indexOf(path, end);
            }
        }
    }

    private static boolean hasDigit(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (text.charAt(i) >= '0' && text.charAt(i) <= '9') {
                return true;
            }
        }
        return false;
    }
}
