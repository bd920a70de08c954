package dev.imdsanalyzer.daemon.doctor;

import dev.imdsanalyzer.daemon.host.FaultFile;
import dev.imdsanalyzer.daemon.host.HostFile;
import java.nio.file.Path;
import java.util.List;

/** What the running service has survived, as it has written it down ({@link FaultFile}). */
final class FaultCheck {
    private static final String FAULTS = "faults";

    /** A stack's first place tells most of it. */
    private static final String SECOND_FRAME = "(?<= at [^ ]{1,500}) at .*";

    private static final int SHOWN = 3;

    private FaultCheck() {}

    /** @param folder that systemd makes for the service while it runs */
    static Check of(Path folder) {
        Path file = folder.resolve(FaultFile.NAME);
        List<String> faults = HostFile.text(file).lines().toList();
        if (faults.isEmpty()) {
            return Check.ok(FAULTS, "the service tells of none");
        }
        StringBuilder found = new StringBuilder("survived by the service since its start: ");
        found.append(faults.size()).append(faults.size() == 1 ? " kind" : " kinds");
        for (String fault : faults.subList(0, Math.min(SHOWN, faults.size()))) {
            found.append("; ").append(fault.replaceFirst(SECOND_FRAME, ""));
        }
        return Check.weak(
                FAULTS,
                found.toString(),
                "calls that they met may be missing, or say less",
                "report them with " + file + ", which has them whole and no words of callers");
    }
}
