package dev.imdsanalyzer.process;

import dev.imdsanalyzer.process.script.Interpreter;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/** Says of a caller what is missing of it where it is to be expected, and nobody has said so before. */
public final class MissingParts {
    /** Where distributions put what belongs to packages; Filesystem Hierarchy Standard 3.0, sections 3.4, 3.16, 4.4 to 4.10. */
    private static final List<String> PACKAGED =
            List.of("/usr/bin/", "/usr/sbin/", "/usr/lib/", "/usr/lib64/", "/usr/libexec/", "/bin/", "/sbin/", "/lib/");
    /** A program and options of letters alone: none of them has brought code or a file. */
    private static final Pattern OPTIONS_ALONE = Pattern.compile("\\S+( -[A-Za-z-]*)*");

    private static final int KERNELS_OWN_PIDS = 2;

    private MissingParts() {}

    /**
     * What is missing of the caller, and why.
     *
     * @return begins with the caller's own {@link Caller#reason}; null when nothing is missing
     */
    public static String reason(Caller caller) {
        if (caller.pid() < 0) {
            return caller.reason() == null ? "no process is known" : caller.reason();
        }
        boolean bare = caller.executable() == null
                && caller.commandLine() == null
                && caller.ancestors().isEmpty();
        if (bare && caller.reason() != null) {
            return caller.reason();
        }
        StringJoiner reasons = new StringJoiner("; ");
        String told = caller.reason() == null ? "" : caller.reason();
        if (!told.isEmpty()) {
            reasons.add(told);
        }
        addParts(caller, told, reasons);
        addScript(caller, reasons);
        addUser(caller, told, reasons);
        addPackage(caller, reasons);
        return reasons.length() == 0 ? null : reasons.toString();
    }

    private static void addParts(Caller caller, String told, StringJoiner reasons) {
        StringJoiner parts = new StringJoiner(", ", "not known: ", "").setEmptyValue("");
        if (caller.executable() == null && !told.contains("executable")) {
            parts.add("executable");
        }
        if (caller.commandLine() == null && !told.contains("arguments")) {
            parts.add("arguments");
        }
        if (caller.ancestors().isEmpty() && caller.pid() > KERNELS_OWN_PIDS && !told.contains("ancestors")) {
            parts.add("ancestors");
        }
        if (parts.length() > 0) {
            reasons.add(parts.toString());
        }
    }

    private static void addScript(Caller caller, StringJoiner reasons) {
        String program = caller.executable() == null
                ? caller.name()
                : caller.executable().substring(caller.executable().lastIndexOf('/') + 1);
        if (caller.script() != null || caller.program() != null || program == null || Interpreter.of(program) == null) {
            return;
        }
        if (caller.commandLine() == null) {
            reasons.add("no script, as the arguments of " + program + " are not known");
        } else if (OPTIONS_ALONE.matcher(caller.commandLine()).matches()) {
            reasons.add("no script, as " + program + " got none: it reads its standard input or a terminal");
        }
    }

    private static void addUser(Caller caller, String told, StringJoiner reasons) {
        if (caller.userId() < 0) {
            if (!told.contains("user")) {
                reasons.add("its user is not known");
            }
        } else if (caller.userName() == null) {
            boolean contained = caller.containerId() != null || caller.podUid() != null;
            reasons.add("no name for user " + caller.userId()
                    + (contained
                            ? " in its container's /etc/passwd"
                            : " in the host's /etc/passwd, and no directory is asked"));
        }
    }

    private static void addPackage(Caller caller, StringJoiner reasons) {
        boolean expected = caller.packageName() == null
                && caller.executable() != null
                && caller.provenance().path() == PathOrigin.HOST
                && PACKAGED.stream().anyMatch(caller.executable()::startsWith);
        if (expected) {
            reasons.add("no package is known to own its executable");
        }
    }
}
