package dev.imdsanalyzer.process;

import dev.imdsanalyzer.process.proc.Cmdline;

/**
 * As whom a process runs.
 *
 * @param id the effective user's number; -1 where it is not known
 * @param name null where the number has none, or nobody knows it
 * @param loginName who logged in, behind sudo; null if nobody did
 */
public record CallerUser(long id, String name, String loginName) {
    static final CallerUser UNKNOWN = new CallerUser(-1, null, null);

    public CallerUser {
        name = Cmdline.capped(name, CallerTexts.WORD_LIMIT);
        loginName = Cmdline.capped(loginName, CallerTexts.WORD_LIMIT);
    }
}
