package dev.imdsanalyzer.daemon.doctor;

import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.ConfigurationException;
import dev.imdsanalyzer.config.ConfigurationReader;
import dev.imdsanalyzer.config.Setting;
import dev.imdsanalyzer.daemon.host.HostFile;
import dev.imdsanalyzer.daemon.host.KernelRelease;
import dev.imdsanalyzer.daemon.host.Privileges;
import dev.imdsanalyzer.output.line.HostFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Makes every check, in the order in which they are told. A check that fails never keeps the others from being made. */
public final class Doctor {
    private static final Path INSTALLED = Path.of("/etc/imds-packet-analyzer/config.yaml");

    /** RuntimeDirectory= of the unit. */
    private static final Path RUNTIME_FOLDER = Path.of("/run", SystemdService.NAME);

    /** The effective user, the second number; proc_pid_status(5). */
    private static final Pattern ROOT = Pattern.compile("(?m)^Uid:\\s+\\d+\\s+0\\s");

    private final Path file;
    private final boolean live;
    private final String version;
    private ConfigurationReader reader = new ConfigurationReader();
    private final List<Check> checks = new ArrayList<>();

    /**
     * @param file the configuration; null for the installed one, or the defaults where there is none
     * @param live whether to try the real path with one token request of our own
     */
    public Doctor(Path file, boolean live, String version) {
        this.file = file != null || !Files.exists(INSTALLED) ? file : INSTALLED;
        this.live = live;
        this.version = version;
    }

    /** Makes the checks; once. */
    public Diagnosis examine() throws InterruptedException {
        Path root = Path.of("/");
        Path proc = root.resolve("proc");
        Configuration configuration = configuration();
        KernelChecks kernel = new KernelChecks(root);
        KernelRelease release = KernelRelease.parse(kernel.release());
        checks.addAll(CapabilityChecks.of(Privileges.of(HostFile.text(proc.resolve("self/status"))), release));
        checks.add(CaptureCheck.of(configuration));
        checks.add(kernel.kernel());
        checks.add(kernel.tracefs());
        checks.add(kernel.tracepoint());
        checks.add(kernel.btf());
        checks.add(KernelChecks.connect(
                configuration.flag(Setting.ATTRIBUTION_CONNECT), configuration.flag(Setting.ATTRIBUTION_EXEC_MEMORY)));
        checks.add(ProcessCheck.of(proc));
        output(configuration, proc, release);
        checks.add(UnseenCheck.of(configuration));
        checks.add(RouteCheck.of(proc));
        checks.add(instance());
        if (live) {
            checks.add(new LiveTrial(reader, version).run());
        }
        return new Diagnosis(version, checks);
    }

    private void output(Configuration configuration, Path proc, KernelRelease kernel) throws InterruptedException {
        SystemdService service;
        Check state;
        try {
            service = new Systemctl().show();
            state = ServiceCheck.of(service, proc, kernel);
        } catch (IOException e) {
            service = SystemdService.ABSENT;
            state = ServiceCheck.unknown(HostFile.reason(e));
        }
        // Root, who can write everywhere, does not ask for himself.
        boolean forService = service.starts(file)
                && ROOT.matcher(HostFile.text(proc.resolve("self/status"))).find();
        checks.add(OutputCheck.of(
                configuration, forService ? new ServiceAccess(service, HostFile.text(Path.of("/etc/group"))) : null));
        checks.add(state);
        if (service.running()) {
            checks.add(FaultCheck.of(RUNTIME_FOLDER));
        }
    }

    private Configuration configuration() {
        if (INSTALLED.equals(file) && !HostFile.canRead(file)) {
            checks.add(Check.weak(
                    "configuration",
                    file + " may not be read by this user",
                    "the other checks take the defaults, which may not be what the service has",
                    "run doctor as root or as the user of the service"));
            return Configuration.defaults();
        }
        if (file != null) {
            reader.file(file);
        }
        try {
            Configuration configuration = reader.environment(System.getenv()).read();
            checks.add(Check.ok(
                    "configuration", (file == null ? "the defaults" : file) + ", digest " + configuration.digest()));
            return configuration;
        } catch (ConfigurationException e) {
            checks.add(Check.missing(
                    "configuration",
                    String.join("; ", e.problems()),
                    "the analyzer does not start; the other checks take the defaults",
                    "correct it; check-config tells the same"));
            reader = new ConfigurationReader();
            return Configuration.defaults();
        }
    }

    private static Check instance() {
        String id = HostFacts.read().instanceId();
        if (id != null) {
            return Check.ok("instance", id + ", from DMI");
        }
        return Check.weak(
                "instance",
                "DMI has no instance id: this is no Nitro instance of EC2",
                "lines do not say which instance they are from, only the host's name",
                "nothing on Xen instances and elsewhere");
    }
}
