package dev.imdsanalyzer.report;

import java.util.Locale;

/** What READY needs beside its own proof, where the user asks for it. */
public enum Requirement {
    /** That a boot was watched in the window. */
    BOOT;

    /** As the command line has it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
