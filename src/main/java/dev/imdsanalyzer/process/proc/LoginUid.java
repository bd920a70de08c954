package dev.imdsanalyzer.process.proc;

import java.nio.charset.StandardCharsets;

/** What /proc/PID/loginuid says: who logged in, kept across su and sudo; proc_pid_loginuid in audit(7). */
public final class LoginUid {
    /** (uid_t) -1: nobody logged in, as for a service. */
    private static final long UNSET = 0xFFFFFFFFL;

    private LoginUid() {}

    /** The user's number; -1 when nobody logged in or nobody knows. */
    public static long parse(byte[] content) {
        if (content == null) {
            return -1;
        }
        try {
            long user = Long.parseLong(new String(content, StandardCharsets.US_ASCII).trim());
            return user == UNSET || user < 0 ? -1 : user;
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
