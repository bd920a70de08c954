package dev.imdsanalyzer.report.input;

/**
 * Where lines come from, as far as nobody who writes a log can choose it: what a source says about a host is proof only from
 * that source.
 *
 * @param number from 0 on, another for each source
 * @param name the log stream's, the folder's or the file's; for a person
 * @param kind how it is known
 */
public record LineSource(int number, String name, Kind kind) {
    /** How a source is known. */
    public enum Kind {
        /** A stream of CloudWatch Logs. */
        STREAM,
        /** A folder with the files of one host. */
        FOLDER,
        /** A file, or dated files of one name, beside those of other hosts. */
        FILE,
        /** Standard input or a pipe: whatever was poured into it. */
        PIPE,
        /** Sources past the bound of those that are told apart. */
        OTHERS
    }

    /** The last part of the name, which a collector often makes the instance's id. */
    public String lastName() {
        String last = name.substring(name.lastIndexOf('/') + 1);
        int dot = last.indexOf('.');
        return dot > 0 ? last.substring(0, dot) : last;
    }
}
