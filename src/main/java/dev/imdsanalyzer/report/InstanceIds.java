package dev.imdsanalyzer.report;

import java.util.regex.Pattern;

/** What an EC2 instance id looks like. Nothing else from a log ever becomes part of a command. */
public final class InstanceIds {
    private static final Pattern FORM = Pattern.compile("i-(?:[0-9a-f]{8}|[0-9a-f]{17})");

    private InstanceIds() {}

    /** Whether the text is an instance id; false for null. */
    public static boolean isValid(String text) {
        return text != null && FORM.matcher(text).matches();
    }
}
