package dev.imdsanalyzer.output.line.caller;

import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.InvokingScript;
import dev.imdsanalyzer.process.PathOrigin;
import dev.imdsanalyzer.process.script.ProgramName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What identifies a program on whatever host it runs: unit or container, executable, script, product of its User-Agent.
 * For curl and its like the script is the one that runs them, by its name alone: its folder is not always known.
 * No pid, host, date or version is in it, so that a fleet's lines can be joined by it. A file in a place of the caller's
 * own, and a name that a process has given itself, are told as that: they never have the label or the fingerprint of the
 * host's program.
 *
 * @param label for people: {@code crond.service: job.py (boto3 1.9.0)}
 * @param fingerprint 16 hexadecimal digits
 */
public record CallerIdentity(String label, String fingerprint) {
    /** Long hexadecimal runs (container and pod numbers) in a unit's name. */
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{8}[0-9a-f_-]{4,}");

    /** Before the name of a file that nobody else sees, so that it is not taken for the host's of that name. */
    private static final String OWN = "its own ";

    private static final String SO_CALLED = "so-called ";

    private static final Pattern DIGITS = Pattern.compile("\\d+");

    /** Null where neither a process nor a User-Agent is known. */
    public static CallerIdentity of(Caller caller, ImdsCall call) {
        String given = given(caller);
        String program = given != null ? given : program(caller);
        String product = call.userAgentName();
        if (program == null && product == null) {
            return null;
        }
        String place = place(caller);
        boolean own = caller.provenance().path() == PathOrigin.OWN;
        boolean invoked = given != null && caller.script() == null;
        return new CallerIdentity(
                label(place, own && !invoked ? OWN + program : program, call),
                fingerprint(
                        place,
                        own ? OWN + caller.executable() : caller.executable(),
                        identity(caller, given),
                        product));
    }

    private static String given(Caller caller) {
        if (caller.program() != null) {
            return caller.program();
        }
        InvokingScript.Link invoking = InvokingScript.of(caller);
        return invoking == null ? null : invoking.program();
    }

    /** What tells programs of one executable apart. */
    private static String identity(Caller caller, String given) {
        if (caller.script() == null || ProgramName.of(caller.script()).equals(given)) {
            return given;
        }
        String script = ProgramName.stable(caller.script());
        return given == null ? script : script + " " + given;
    }

    private static String label(String place, String program, ImdsCall call) {
        StringBuilder label = new StringBuilder(64);
        if (place != null) {
            label.append(place).append(": ");
        }
        label.append(program == null ? "unknown" : program);
        String product = call.userAgentName();
        if (product == null) {
            return label.toString();
        }
        String version = call.userAgentVersion();
        if (product.equals(program)) {
            return version == null
                    ? label.toString()
                    : label.append(' ').append(version).toString();
        }
        label.append(" (").append(product);
        if (version != null) {
            label.append(' ').append(version);
        }
        return label.append(')').toString();
    }

    private static String program(Caller caller) {
        if (caller.script() != null && !lastPart(caller.script()).isBlank()) {
            return ProgramName.of(caller.script());
        }
        if (caller.executable() != null && !lastPart(caller.executable()).isBlank()) {
            return lastPart(caller.executable());
        }
        // All that is left is a name that the process can give itself.
        return caller.name() == null || caller.name().isBlank() ? null : SO_CALLED + caller.name();
    }

    /** Where it runs: its workload or container's runtime, or its unit without what changes from start to start. */
    private static String place(Caller caller) {
        String workload = WorkloadName.of(caller.workload());
        if (caller.podUid() != null || caller.containerId() != null) {
            String runtime = Objects.requireNonNullElse(caller.containerRuntime(), "container");
            if (caller.provenance().containerOwner() > 0) {
                return "rootless " + runtime + (workload == null ? "" : " " + workload);
            }
            return workload != null ? workload : caller.podUid() != null ? "pod" : runtime;
        }
        return caller.systemdUnit() == null ? null : generalUnit(caller.systemdUnit());
    }

    static String generalUnit(String unit) {
        int manager = unit.indexOf('/');
        if (manager >= 0) {
            return generalUnit(unit.substring(0, manager)) + "/" + generalUnit(unit.substring(manager + 1));
        }
        String general = HASH.matcher(unit).replaceAll("*");
        boolean transientUnit = unit.endsWith(".scope") || unit.startsWith("run-") || unit.startsWith("user@");
        return transientUnit ? DIGITS.matcher(general).replaceAll("*") : general;
    }

    private static String lastPart(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String fingerprint(String... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                if (part != null) {
                    digest.update(part.getBytes(StandardCharsets.UTF_8));
                }
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
