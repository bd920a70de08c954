package dev.imdsanalyzer.daemon.doctor;

import dev.imdsanalyzer.daemon.host.HostFile;
import dev.imdsanalyzer.daemon.host.KernelRelease;
import dev.imdsanalyzer.daemon.host.Privileges;
import dev.imdsanalyzer.daemon.host.Privileges.Need;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The installed service: whether it runs, with all that it is to have, and if not, why. */
final class ServiceCheck {
    private static final String SERVICE = "service";
    private static final String EXAMPLES = "/usr/share/doc/" + SystemdService.NAME + "/examples/";
    private static final String NO_LINES = "calls are not logged";

    private final SystemdService service;
    private final Path proc;
    private final KernelRelease kernel;
    private final List<String> found = new ArrayList<>();
    private final List<String> costs = new ArrayList<>();
    private final List<String> mends = new ArrayList<>();

    private ServiceCheck(SystemdService service, Path proc, KernelRelease kernel) {
        this.service = service;
        this.proc = proc;
        this.kernel = kernel;
    }

    /** @param proc the mount point of procfs */
    static Check of(SystemdService service, Path proc, KernelRelease kernel) {
        return new ServiceCheck(service, proc, kernel).judge();
    }

    /** @param why systemd did not answer, a clause */
    static Check unknown(String why) {
        return Check.weak(
                SERVICE,
                why,
                "whether the service runs is not known",
                "see what systemctl status " + SystemdService.NAME + " says");
    }

    private Check judge() {
        if (!service.installed()) {
            return Check.ok(SERVICE, "not installed as a systemd service");
        }
        found.add(state());
        if (service.running()) {
            running();
        } else if (service.property("ActiveState").equals("failed")) {
            ServiceEnd end = ServiceEnd.of(service);
            return Check.missing(
                    SERVICE,
                    found.get(0) + " and not tried again: " + end.how(),
                    NO_LINES,
                    end.mend() + "; then systemctl restart " + SystemdService.NAME);
        } else {
            waiting();
        }
        loading();
        return costs.isEmpty()
                ? Check.ok(SERVICE, String.join(", ", found))
                : Check.weak(SERVICE, String.join(", ", found), String.join("; ", costs), String.join("; ", mends));
    }

    private String state() {
        String active = service.property("ActiveState");
        String detail = service.property("SubState");
        return detail.equals(active) ? active : active + " (" + detail + ")";
    }

    private void running() {
        found.add("pid " + service.property("MainPID"));
        if (service.number("NRestarts") > 0) {
            found.add("restarted by systemd: " + service.property("NRestarts"));
        }
        if (!service.property("StatusText").isEmpty()) {
            found.add("says \"" + service.property("StatusText") + "\"");
        }
        if (service.property("StatusText").startsWith("Waiting for the device")) {
            lack("no call is seen meanwhile", "bring the device up, or set capture.interface");
        }
        String status = HostFile.text(proc.resolve(service.property("MainPID") + "/status"));
        if (status.isEmpty()) {
            found.add("its capabilities cannot be read by this user");
        } else {
            capabilities(Privileges.of(status));
        }
        if (service.property("UnitFileState").equals("disabled")) {
            found.add("not enabled");
            lack("it does not start at the next boot", "systemctl enable " + SystemdService.NAME);
        }
    }

    private void capabilities(Privileges privileges) {
        List<Need> lacking = Privileges.needs(kernel).stream()
                .filter(need -> !privileges.meets(need))
                .toList();
        if (lacking.isEmpty()) {
            found.add("with all capabilities wanted");
            return;
        }
        String names = lacking.stream().map(need -> need.capability().name()).collect(Collectors.joining(", "));
        found.add("without " + names);
        String mend = "add " + names + " to AmbientCapabilities= and CapabilityBoundingSet= of the unit";
        if (lacking.stream().anyMatch(Need::forConnect)) {
            // Before 247 systemd drops CAP_BPF and CAP_PERFMON, before 5.8 the kernel has neither.
            mend += "; for systemd before 247 or Linux before 5.8 as in " + EXAMPLES + "linux-before-5.8.conf";
        }
        lack(lacking.stream().map(Need::cost).distinct().collect(Collectors.joining("; ")), mend);
    }

    /** Neither running nor given up. */
    private void waiting() {
        boolean again = service.property("SubState").startsWith("auto-restart");
        if (again) {
            ServiceEnd end = ServiceEnd.of(service);
            found.add("to be tried again, restarts until now: " + service.number("NRestarts"));
            found.add("ended last by " + end.how());
            lack(NO_LINES + " until it runs", end.mend());
        } else if (service.property("ActiveState").equals("inactive")) {
            found.add("never started since the boot, or stopped");
            lack(NO_LINES, "systemctl enable --now " + SystemdService.NAME);
        } else {
            lack(NO_LINES + " until it runs", "run doctor again in some seconds");
        }
    }

    /** Whether systemd could read the unit file. */
    private void loading() {
        String state = service.property("LoadState");
        if (!state.equals("loaded")) {
            found.add("unit " + state);
            lack(
                    "it does not start, now or at the next boot",
                    state.equals("masked")
                            ? "systemctl unmask " + SystemdService.NAME
                            : "correct what systemd-analyze verify " + SystemdService.NAME + ".service says");
        }
    }

    private void lack(String cost, String mend) {
        costs.add(cost);
        mends.add(mend);
    }
}
