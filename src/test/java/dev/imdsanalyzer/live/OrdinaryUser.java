package dev.imdsanalyzer.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** How the analyzer is run as a user that is not root: with the capabilities of its unit, or all of them but one. */
final class OrdinaryUser {
    /** Of nobody, on every distribution. */
    private static final int ID = 65534;

    static final List<String> CAPABILITIES = List.of("net_raw", "bpf", "perfmon", "dac_read_search", "sys_ptrace");

    private OrdinaryUser() {}

    /** What comes before the command; the capability that is left out may be none. */
    static String without(String left) {
        String kept = CAPABILITIES.stream()
                .filter(name -> !name.equals(left))
                .map(name -> ",+" + name)
                .collect(Collectors.joining());
        return "setpriv --reuid=" + ID + " --regid=" + ID + " --clear-groups --inh-caps=-all" + kept
                + " --ambient-caps=-all" + kept;
    }

    /** Gives a folder to that user. */
    static Path own(Path folder) {
        try {
            Files.setAttribute(folder, "unix:uid", ID);
            return folder;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
