package dev.imdsanalyzer.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What changed since an earlier report. A caller is gone only by the proof that makes an instance READY; one that is merely not
 * in the logs any more is told as unseen. Times: microseconds since the epoch.
 *
 * @param file the earlier report
 * @param since the time for which it held
 * @param callers who is new, back, unseen, quiet or gone, in that order
 * @param still callers that stood in the way then and do now
 * @param pace IMDSv1 calls a day then and now, in a sentence
 * @param trend whether they fall
 * @param kinds the callers' changes again, by fingerprint
 * @param ready how many instances were ready then and are now, in a sentence
 */
public record Changes(
        String file,
        long since,
        List<Change> callers,
        long still,
        String pace,
        Trend trend,
        String ready,
        Map<String, Kind> kinds) {
    /** Whether IMDSv1 calls fall. */
    public enum Trend {
        FALLING,
        NOT_FALLING,
        /** Too little time, or less of it was watched than before. */
        UNKNOWN;

        /** Part of the JSON format. */
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** What became of a caller. */
    public enum Kind {
        NEW("new", "stands in the way now and was not known"),
        BACK("back", "was done with IMDSv1, and calls it again"),
        UNSEEN("unseen", "has no IMDSv1 call since, and was not watched everywhere: that proves nothing"),
        QUIET("quiet", "has no IMDSv1 call since, watched, but not yet for the whole window"),
        GONE("gone", "stands in the way no longer");

        private final String code;
        private final String meaning;

        Kind(String code, String meaning) {
            this.code = code;
            this.meaning = meaning;
        }

        /** Part of the JSON and CSV formats. */
        public String code() {
            return code;
        }

        public String meaning() {
            return meaning;
        }
    }

    /** One caller's. */
    public record Change(Kind kind, String fingerprint, String label) {}

    /** What became of this caller, as a code; empty where nothing did. */
    public String of(CallerGroup caller) {
        Kind kind = kinds.get(caller.fingerprint());
        return kind == null ? "" : kind.code();
    }

    /** How many callers became this. */
    public long count(Kind kind) {
        return callers.stream().filter(change -> change.kind() == kind).count();
    }
}
