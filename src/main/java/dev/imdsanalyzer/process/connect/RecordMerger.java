package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.kernel.Clock;
import dev.imdsanalyzer.kernel.bpf.ConnectRecord;
import dev.imdsanalyzer.kernel.bpf.PathParts;
import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.InvokingScript;
import dev.imdsanalyzer.process.PathOrigin;
import dev.imdsanalyzer.process.ProcessReader;
import dev.imdsanalyzer.process.proc.Cmdline;
import dev.imdsanalyzer.process.script.ScriptFinder;
import dev.imdsanalyzer.secrets.SecretRedactor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One caller out of the kernel's record of the connect and of what /proc said a moment later. The record is of the very
 * moment, so it wins where both speak; /proc knows more as long as it speaks of the same process and program. For one
 * thread.
 */
final class RecordMerger {
    private static final String FORGOTTEN =
            "what had started it ended before the connect, and the kernel no longer remembers what that ran";
    private static final String OTHER_PIDS = "the analyzer does not run in the host's pid namespace";

    private final ProcessReader reader;
    private final boolean hostPids;
    private final long nanosPerTick = 1_000_000_000L / Clock.ticksPerSecond();
    private final CgroupMemory cgroups;
    private final AncestorChain ancestors;
    private final boolean remembers;
    private boolean allRead;

    /** @param rememberedSince see {@link AncestorChain} */
    RecordMerger(ProcessReader reader, boolean hostPids, long rememberedSince) {
        this.reader = reader;
        this.hostPids = hostPids;
        this.cgroups = new CgroupMemory(reader::groupAt);
        this.ancestors = new AncestorChain(reader, hostPids, nanosPerTick, rememberedSince);
        this.remembers = rememberedSince != Long.MAX_VALUE;
    }

    long nanosPerTick() {
        return nanosPerTick;
    }

    /**
     * Merges a CONNECT record that has its process part.
     *
     * @param proc what /proc said of that pid; null for nothing
     */
    Caller merge(ConnectRecord record, Caller proc) {
        long start = startNanos(record);
        String recordPath = executable(record.pathParts(), record.has(ConnectRecord.FLAG_PATH_COMPLETE));
        String recordFile = firstPart(record.pathParts());
        boolean same = proc != null && proc.startNanos() == start;
        boolean sameProgram = same
                && (proc.executable() == null || fileName(proc.executable()).equals(recordFile));
        CallerBuilder caller = new CallerBuilder(same ? proc : Caller.unknown(null))
                .method(AttributionMethod.CONNECT)
                .reason(null)
                .pid(record.pid())
                .name(text(record.name()))
                .startNanos(start);
        // From outside, /proc shows the path below a root of its own with the way to that root before it.
        boolean ownRoot = record.place().known() && !record.place().hostRoot() && recordPath != null;
        String executable = sameProgram && proc.executable() != null && !ownRoot ? proc.executable() : recordPath;
        String workingDirectory = same ? proc.workingDirectory() : null;
        arguments(caller, record, sameProgram ? proc : null, executable, recordFile, workingDirectory);
        caller.executable(executable);
        place(caller, record, same ? proc : null);
        caller.ancestors(ancestors.of(record, same ? proc.ancestors() : List.of()));
        Caller merged = caller.build();
        allRead = sameProgram
                && merged.executable() != null
                && merged.commandLine() != null
                && workingDirectory != null
                && ancestors.wasRead();
        Caller owned = owned(record, merged);
        Caller whole = explained(record, owned, same);
        return reader.judged(whole, record.place(), isRead(proc, sameProgram, whole, record));
    }

    /** With the script of its parent where it was forked and runs that one's program, and with what told it what to ask for. */
    private static Caller owned(ConnectRecord record, Caller caller) {
        Caller forked = record.programs(0).isEmpty()
                ? asItsParent(record, caller, Cmdline.parse(record.arguments()).size() == 1)
                : caller;
        if (forked.program() != null) {
            return forked;
        }
        InvokingScript.Link invoking = InvokingScript.of(forked, links(record, forked));
        if (invoking == null) {
            return forked;
        }
        CallerBuilder named = new CallerBuilder(forked).program(SecretRedactor.redact(invoking.program()));
        return invoking.known()
                ? named.build()
                : named.reason("the arguments of " + invoking.name() + ", which runs it, are not known")
                        .build();
    }

    /** A worker of a server writes a title over its arguments; its parent's still tell what both run. */
    private static Caller asItsParent(ConnectRecord record, Caller caller, boolean titled) {
        Ancestor parent = record.orphan() == 0
                ? RememberedProgram.asAncestor(record.lostPrograms(0))
                : caller.ancestors().isEmpty() ? null : caller.ancestors().get(0);
        boolean forked = parent != null
                && (caller.script() == null || titled)
                && parent.script() != null
                && caller.executable() != null
                && caller.executable().equals(parent.executable());
        return forked ? new CallerBuilder(caller).script(parent.script()).build() : caller;
    }

    /**
     * What the caller's process ran before, and what its ancestors run and have run before: the newest first. Where one of them
     * has lost its parent, that one and those above it, and not who has adopted it.
     */
    private static List<InvokingScript.Link> links(ConnectRecord record, Caller caller) {
        List<InvokingScript.Link> links = new ArrayList<>(RememberedProgram.linksBefore(record.programs(0)));
        int orphan = record.orphan();
        for (int i = 0; i < caller.ancestors().size() && i != orphan; i++) {
            Ancestor ancestor = caller.ancestors().get(i);
            if (InvokingScript.endsChain(ancestor)) {
                break;
            }
            links.add(InvokingScript.Link.of(ancestor));
            links.addAll(RememberedProgram.linksBefore(record.programs(i + 1)));
        }
        for (int level = 0; orphan >= 0 && level < ConnectRecord.LOST_PARENTS; level++) {
            links.addAll(RememberedProgram.links(record.lostPrograms(level)));
        }
        return links;
    }

    /** Whether what /proc said of the names is of the program that connected. */
    private static boolean isRead(Caller proc, boolean sameProgram, Caller whole, ConnectRecord record) {
        return sameProgram
                && proc.provenance().path() != PathOrigin.UNKNOWN
                && Objects.equals(whole.executable(), proc.executable())
                && (record.place().sharesHostPaths() || Objects.equals(whole.script(), proc.script()));
    }

    /** Whether the last merged caller has everything that /proc could tell of it and of its ancestors. */
    boolean hasRead() {
        return allRead;
    }

    /** Whether a record's cgroup says which unit and container the caller is in. */
    boolean placesByGroup() {
        return cgroups.isUnified();
    }

    /** Start of the process, ns since the epoch. */
    long startNanos(ConnectRecord record) {
        return reader.startNanos(record.processStart());
    }

    private static void arguments(
            CallerBuilder caller,
            ConnectRecord record,
            Caller proc,
            String executable,
            String recordFile,
            String workingDirectory) {
        byte[] arguments = record.arguments();
        boolean kept = proc != null && proc.commandLine() != null;
        RememberedProgram remembered = RememberedProgram.last(record.programs(0));
        String program = executable != null ? executable : recordFile;
        if (remembered != null) {
            List<String> executed = remembered.arguments(arguments);
            String script = remembered.script(program, executed);
            caller.script(SecretRedactor.redactPath(script))
                    .program(ProcessReader.program(program, script, executed, remembered.workingDirectory()));
        } else if (!kept || arguments.length > 0) {
            List<String> now = Cmdline.parse(arguments);
            String script = ScriptFinder.find(program, now, workingDirectory);
            caller.script(SecretRedactor.redactPath(script))
                    .program(ProcessReader.program(program, script, now, workingDirectory));
        }
        boolean cut = kept && (arguments.length == 0 || record.has(ConnectRecord.FLAG_ARGUMENTS_CUT));
        if (!cut) {
            caller.commandLine(commandLine(arguments, remembered));
        }
    }

    /** Of the very moment; what was wiped by then stays so. Only where that could not be read, as it was at the exec. */
    private static String commandLine(byte[] arguments, RememberedProgram remembered) {
        if (arguments.length > 0) {
            return ProcessReader.commandLine(arguments);
        }
        return remembered == null ? null : remembered.commandLine();
    }

    /** User, cgroup and namespace. */
    private void place(CallerBuilder caller, ConnectRecord record, Caller proc) {
        boolean read = proc != null && proc.userId() >= 0;
        // Seen from inside a container, /proc shows others' groups in part, and nobody's owner.
        if (read && CgroupMemory.hasPlace(proc) && proc.provenance().containerOwner() >= 0) {
            cgroups.learn(record.cgroupId(), proc);
        } else {
            // A process that ends while it is read may still tell its user, but not its cgroup.
            cgroups.recall(record.cgroupId(), caller);
        }
        if (record.networkNamespace() != 0) {
            caller.networkNamespace(record.networkNamespace());
        }
        long user = record.effectiveUid();
        if (!read || proc.userId() != user) {
            Caller placed = caller.build();
            caller.user(
                    user,
                    read
                            ? reader.userName(record.pid(), user, placed)
                            : reader.hostUserName(user, placed, record.place()));
        }
        if (!read && record.loginUid() >= 0) {
            caller.loginUserName(reader.loginName(record.loginUid()));
        }
    }

    /** A caller that /proc knows nothing of and the kernel little: its number and name, its user and its cgroup. */
    Caller unread(ConnectRecord record) {
        CallerBuilder caller = new CallerBuilder(AttributionMethod.CONNECT)
                .pid(record.pid())
                .name(text(record.name()))
                .reason(hostPids ? "the process ended before it could be read" : OTHER_PIDS);
        cgroups.recall(record.cgroupId(), caller);
        if (record.networkNamespace() != 0) {
            caller.networkNamespace(record.networkNamespace());
        }
        caller.user(record.uid(), reader.hostUserName(record.uid(), caller.build(), record.place()));
        return reader.judged(caller.build(), record.place(), false);
    }

    private Caller explained(ConnectRecord record, Caller caller, boolean procRead) {
        List<String> missing = new ArrayList<>();
        if (caller.executable() == null) {
            missing.add("executable");
        }
        if (caller.commandLine() == null) {
            missing.add("arguments");
        }
        if (caller.workingDirectory() == null) {
            missing.add("working directory");
        }
        if (!remembers && caller.ancestors().stream().anyMatch(RecordMerger::isUnread)) {
            missing.add("arguments of some ancestors, as the kernel does not remember what is executed");
        }
        if (record.has(ConnectRecord.FLAG_ORPHAN) && record.orphan() < 0) {
            return explained(new CallerBuilder(caller).reason(FORGOTTEN).build(), procRead, missing);
        }
        return explained(caller, procRead, missing);
    }

    private Caller explained(Caller caller, boolean procRead, List<String> missing) {
        if (missing.isEmpty()) {
            return caller;
        }
        String why = !hostPids
                ? OTHER_PIDS
                : procRead ? "the process ended, or may not be read" : "the process ended before it could be read";
        return new CallerBuilder(caller)
                .addReason(why + ": no " + String.join(", no ", missing))
                .build();
    }

    private static boolean isUnread(Ancestor ancestor) {
        return ancestor.executable() == null && ancestor.commandLine() == null;
    }

    /** The parts come from the last one up to the root, whose own name is left out. */
    private static String executable(byte[] parts, boolean complete) {
        if (!complete || parts.length == 0) {
            return null;
        }
        return PathParts.join(text(parts));
    }

    private static String firstPart(byte[] parts) {
        String text = text(parts);
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    private static String fileName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
