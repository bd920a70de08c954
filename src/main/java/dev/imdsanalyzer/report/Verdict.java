package dev.imdsanalyzer.report;

/** Whether IMDSv2 can be required. The order is that of urgency, the worst last: what is broken now comes before what would be. */
public enum Verdict {
    READY("READY", "ready", "no IMDSv1 call in the whole window, and the window was watched"),
    WATCH_LONGER("WATCH LONGER", "watch-longer", "no IMDSv1 call seen, but not watched for long enough to know"),
    NOT_READY("NOT READY", "not-ready", "somebody still calls IMDSv1"),
    REQUIRED_BUT_BREAKING(
            "ALREADY REQUIRED BUT BREAKING",
            "required-but-breaking",
            "IMDSv2 is required, and somebody is refused by it");

    private final String title;
    private final String code;
    private final String meaning;

    Verdict(String title, String code, String meaning) {
        this.title = title;
        this.code = code;
        this.meaning = meaning;
    }

    /** Of one instance, with two things known of it: where IMDSv1 is served IMDSv2 is not required, whatever was refused before. */
    Verdict and(Verdict other) {
        if (this == NOT_READY || other == NOT_READY) {
            return NOT_READY;
        }
        return compareTo(other) > 0 ? this : other;
    }

    /** For a person. */
    public String title() {
        return title;
    }

    /** For a program: part of the JSON and CSV formats. */
    public String code() {
        return code;
    }

    /** One clause for a person. */
    public String meaning() {
        return meaning;
    }
}
