package dev.imdsanalyzer.kernel.bpf;

import java.io.IOException;
import java.util.List;

/**
 * Where the running kernel keeps what an exec tells: byte offsets of members, -1 where this kernel has no such member.
 * Structs: include/linux/binfmts.h, fs_struct.h.
 *
 * @param binprmFilename from a struct linux_binprm to the pointer to the path as executed; for a script its own
 * @param binprmInterpreter from it to the pointer to the path of what is executed really: the same text, but for a script
 * @param workingDirectory from a struct fs_struct to the struct path of the working directory
 * @param taskChildren from a struct task to the head of the list of its children
 * @param taskSibling from a struct task to its place in its parent's list
 */
record ExecLayout(int binprmFilename, int binprmInterpreter, int workingDirectory, int taskChildren, int taskSibling) {
    static final List<String> NAMES = List.of("linux_binprm filename interp fs_struct pwd children sibling");

    static ExecLayout read(BtfReader reader) throws IOException {
        return new ExecLayout(
                reader.offset("linux_binprm", "filename"),
                reader.offset("linux_binprm", "interp"),
                reader.offset("fs_struct", "pwd"),
                reader.offset("task_struct", "children"),
                reader.offset("task_struct", "sibling"));
    }

    boolean complete() {
        return binprmFilename >= 0
                && binprmInterpreter >= 0
                && workingDirectory >= 0
                && taskChildren >= 0
                && taskSibling >= 0;
    }
}
