package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.kernel.bpf.ExecutedProgram;
import dev.imdsanalyzer.process.ProcessReader;
import dev.imdsanalyzer.process.ScriptFinder;
import dev.imdsanalyzer.process.proc.Cmdline;
import dev.imdsanalyzer.secrets.SecretRedactor;
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
        String script =
                program.script() ? path() : ScriptFinder.find(executable(), arguments, program.workingDirectory());
        return SecretRedactor.redact(script);
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
