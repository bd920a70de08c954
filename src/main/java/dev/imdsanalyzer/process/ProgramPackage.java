package dev.imdsanalyzer.process;

import dev.imdsanalyzer.process.proc.Cmdline;

/**
 * The package that owns a program; all of it null where there is none.
 *
 * @param type deb or rpm
 */
public record ProgramPackage(String name, String version, String type) {
    static final ProgramPackage NONE = new ProgramPackage(null, null, null);

    public ProgramPackage {
        name = Cmdline.capped(name, CallerTexts.WORD_LIMIT);
        version = Cmdline.capped(version, CallerTexts.WORD_LIMIT);
    }
}
