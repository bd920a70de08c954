package dev.imdsanalyzer.report.input;

/**
 * An input as it is stored, so that whoever has it later can tell that it is the one that was read.
 *
 * @param kind what it was read as
 * @param name as it was named on the command line, or below the folder that was
 * @param bytes as stored, before unpacking; of a pipe that was not read to its end what was read
 * @param lines our own lines (of logs) in it, before duplicates are left out; -1 where it has none
 * @param whole whether it could be read to its end and understood
 * @param sha256 of all those bytes, in lower-case hexadecimal; null where not all of them were read
 */
public record StoredInput(Kind kind, String name, long bytes, long lines, boolean whole, String sha256) {
    /** What an input is to the report. */
    public enum Kind {
        LOG("log"),
        CLOUDTRAIL("cloudtrail"),
        METRIC("metric"),
        INVENTORY("inventory"),
        EARLIER_REPORT("earlier-report");

        private final String code;

        Kind(String code) {
            this.code = code;
        }

        /** Part of the JSON format. */
        public String code() {
            return code;
        }
    }
}
