package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.kernel.bpf.ExecutedProgram;
import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.InvokingScript;
import dev.imdsanalyzer.process.ProcessReader;
import dev.imdsanalyzer.process.proc.Cmdline;
import dev.imdsanalyzer.process.script.ScriptFinder;
import dev.imdsanalyzer.secrets.SecretRedactor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the kernel remembers of a program at its exec, as it may be told. */
final class RememberedProgram {
    private final ExecutedProgram program;
    private final List<String> arguments;

    RememberedProgram(ExecutedProgram program) {
        this.program = program;
        this.arguments = Cmdline.parse(program.arguments());
    }

    /** The program that a process runs: the last that it has executed; null for none. */
    static RememberedProgram last(List<ExecutedProgram> programs) {
        return programs.isEmpty() ? null : new RememberedProgram(programs.get(programs.size() - 1));
    }

    /** The path as executed, of a script its interpreter's; null where it is not known whole. */
    String executable() {
        if (program.script()) {
            return arguments.isEmpty() ? null : arguments.get(0);
        }
        return path();
    }

    private String path() {
        String path = program.path();
        if (program.pathCut() || path.isEmpty()) {
            return null;
        }
        return path.startsWith("/") ? path : ScriptFinder.absolute(path, program.workingDirectory());
    }

    /** What an interpreter runs; a script that was executed itself by the kernel's word alone. Null for other programs. */
    String script() {
        return SecretRedactor.redact(script(executable(), arguments));
    }

    /** The same, not redacted, for arguments that may be more than the kernel has kept. */
    String script(String interpreter, List<String> given) {
        return program.script() && path() != null
                ? path()
                : ScriptFinder.find(interpreter, given, program.workingDirectory());
    }

    /**
     * The arguments at the exec: all of those at the connect where they begin alike, for then nothing was written over them
     * and the kernel has only kept fewer.
     *
     * @param atConnect as in /proc/PID/cmdline
     */
    List<String> arguments(byte[] atConnect) {
        byte[] kept = program.arguments();
        boolean alike =
                atConnect.length >= kept.length && Arrays.equals(kept, 0, kept.length, atConnect, 0, kept.length);
        return program.argumentsCut() && alike ? Cmdline.parse(atConnect) : arguments;
    }

    /** What a process ran before its last program, the newest first. */
    static List<InvokingScript.Link> linksBefore(List<ExecutedProgram> programs) {
        return programs.isEmpty() ? List.of() : links(programs.subList(0, programs.size() - 1));
    }

    /** What a process that has ended ran at last, as an ancestor without number and name; null for nothing. */
    static Ancestor asAncestor(List<ExecutedProgram> programs) {
        RememberedProgram last = last(programs);
        return last == null ? null : new Ancestor(0, null, last.executable(), last.commandLine(), last.script());
    }

    /** What a process ran, the newest first. */
    static List<InvokingScript.Link> links(List<ExecutedProgram> programs) {
        List<InvokingScript.Link> links = new ArrayList<>();
        for (int i = programs.size() - 1; i >= 0; i--) {
            RememberedProgram before = new RememberedProgram(programs.get(i));
            links.add(new InvokingScript.Link(before.executable(), null, before.script(), before.commandLine()));
        }
        return links;
    }

    /** Redacted, quoted for a shell, and with a mark where the kernel has cut it; null where nothing is known. */
    String commandLine() {
        String line = ProcessReader.commandLine(program.arguments());
        return line != null && program.argumentsCut() ? line + Cmdline.CUT_MARK : line;
    }

    /** Where it was executed; null if unknown. */
    String workingDirectory() {
        return program.workingDirectory();
    }
}
