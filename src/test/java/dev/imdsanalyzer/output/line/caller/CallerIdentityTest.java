package dev.imdsanalyzer.output.line.caller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.output.line.Samples;
import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.PathOrigin;
import dev.imdsanalyzer.process.Provenance;
import dev.imdsanalyzer.process.Workload;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallerIdentityTest {
    private static Caller caller(int pid, String unit, String script, String containerId) {
        return new CallerBuilder(AttributionMethod.CONNECT)
                .pid(pid)
                .name("python3")
                .executable("/usr/bin/python3")
                .script(script)
                .commandLine("python3 x")
                .workingDirectory("/")
                .startNanos(pid)
                .user(0, "root")
                .container(containerId, containerId == null ? null : "docker")
                .systemdUnit(unit)
                .build();
    }

    private static CallerIdentity identity(Caller caller) {
        return CallerIdentity.of(caller, Samples.v2("/"));
    }

    @Test
    void labelsAProgramAsAPersonWould() {
        assertThat(identity(caller(1, "crond.service", "/opt/jobs/job.py", null))
                        .label())
                .isEqualTo("crond.service: job.py (curl 7.88.1)");
        assertThat(identity(caller(1, "crond.service", null, null)).label())
                .isEqualTo("crond.service: python3 (curl 7.88.1)");
        assertThat(identity(caller(1, null, null, "3f1c")).label()).isEqualTo("docker: python3 (curl 7.88.1)");
        assertThat(identity(Caller.unknown("gone")).label()).isEqualTo("unknown (curl 7.88.1)");
    }

    private static Caller inPod(int pid, String id, String pod, String container, String image) {
        return new CallerBuilder(caller(pid, null, "/srv/app.jar", id))
                .pod("uid-of-" + pod, "burstable")
                .groupOf(0, false)
                .workload(new Workload(
                        container,
                        image,
                        "7",
                        new Workload.Pod("uid-of-" + pod, pod, "shop", container),
                        null,
                        null,
                        null,
                        false))
                .build();
    }

    @Test
    void theWorkloadIsTheCallerOnEachNodeAndAnotherOneOfTheSameImageIsNot() {
        CallerIdentity web = identity(inPod(1, "3f1c", "checkout-7d4f9c8b6d-x2kqp", "web", "registry/shop/web"));
        CallerIdentity elsewhere = identity(inPod(77, "a486", "checkout-5f6b8d9c7f-zk2vx", "web", "registry/shop/web"));
        CallerIdentity other = identity(inPod(1, "3f1c", "billing-7d4f9c8b6d-x2kqp", "web", "registry/shop/web"));
        CallerIdentity sidecar = identity(inPod(1, "3f1c", "checkout-7d4f9c8b6d-x2kqp", "proxy", "registry/shop/web"));

        assertThat(web.label()).isEqualTo("shop/checkout web: app.jar (curl 7.88.1)");
        assertThat(web).isEqualTo(elsewhere);
        assertThat(Set.of(web.fingerprint(), other.fingerprint(), sidecar.fingerprint()))
                .hasSize(3);
    }

    @Test
    void theFingerprintIsTheSameOnAnyHostAndInAnyRun() {
        CallerIdentity here = identity(caller(1, "session-3.scope", "/opt/job.py", null));
        CallerIdentity there = identity(caller(9999, "session-12.scope", "/opt/job.py", null));

        assertThat(here.fingerprint()).isEqualTo(there.fingerprint()).matches("[0-9a-f]{16}");
        // Of SHA-256 over "session-*.scope", "/usr/bin/python3", "/opt/job.py", "curl", each with a NUL behind it.
        assertThat(here.fingerprint()).isEqualTo("ae4f46025fad6ff0");
    }

    @Test
    void namesTheScriptThatRunsCurlWhereverItLies() {
        CallerIdentity backup = identity(curlRunBy("/opt/backup.sh"));

        assertThat(backup.label()).isEqualTo("cron.service: backup.sh (curl 7.88.1)");
        assertThat(identity(curlRunBy("./backup.sh"))).isEqualTo(backup);
        assertThat(identity(curlRunBy("/opt/nightly.sh")).fingerprint()).isNotEqualTo(backup.fingerprint());
    }

    /** What has to change is in the unit's file, whether the shell stays or becomes the client. */
    @Test
    void aUnitsOneLinerIsTheUnits() {
        CallerBuilder curl = new CallerBuilder(AttributionMethod.CONNECT)
                .executable("/usr/bin/curl")
                .systemdUnit("fetch-role.service");
        String line = "/bin/sh -c 'curl -s http://169.254.169.254/latest/meta-data/ >/run/role; true'";
        Ancestor shell = new Ancestor(7, "sh", "/usr/bin/dash", line);
        Ancestor systemd = new Ancestor(1, "systemd", "/usr/lib/systemd/systemd", "/sbin/init");
        CallerIdentity direct = identity(curl.ancestors(List.of(systemd)).build());

        assertThat(direct.label()).isEqualTo("fetch-role.service: curl 7.88.1");
        assertThat(identity(curl.ancestors(List.of(shell, systemd)).build())).isEqualTo(direct);
    }

    private static Caller curlRunBy(String script) {
        return new CallerBuilder(AttributionMethod.CONNECT)
                .executable("/usr/bin/curl")
                .systemdUnit("cron.service")
                .ancestors(List.of(new Ancestor(7, "bash", "/usr/bin/bash", "bash " + script, script)))
                .build();
    }

    @Test
    void theFingerprintTellsProgramsApart() {
        assertThat(Set.of(
                        identity(caller(1, "a.service", null, null)).fingerprint(),
                        identity(caller(1, "b.service", null, null)).fingerprint(),
                        identity(caller(1, "a.service", "/x.py", null)).fingerprint(),
                        identity(caller(1, "a.service", null, "3f1c")).fingerprint()))
                .hasSize(4);
    }

    private static Caller agent(PathOrigin origin, String executable) {
        return new CallerBuilder(AttributionMethod.CONNECT)
                .name("amazon-ssm-agen")
                .executable(executable)
                .systemdUnit("session-3.scope")
                .provenance(new Provenance(origin, true, false, 1000, 0, true))
                .build();
    }

    @Test
    void aFileOfTheCallersOwnHasNeitherLabelNorFingerprintOfTheHosts() {
        CallerIdentity hosts = identity(agent(PathOrigin.HOST, "/usr/bin/amazon-ssm-agent"));
        CallerIdentity own = identity(agent(PathOrigin.OWN, "/usr/bin/amazon-ssm-agent"));

        assertThat(hosts.label()).isEqualTo("session-*.scope: amazon-ssm-agent (curl 7.88.1)");
        assertThat(own.label()).isEqualTo("session-*.scope: its own amazon-ssm-agent (curl 7.88.1)");
        assertThat(own.fingerprint()).isNotEqualTo(hosts.fingerprint());
    }

    @Test
    void aNameThatAProcessHasGivenItselfIsToldAsThat() {
        assertThat(identity(agent(PathOrigin.UNKNOWN, null)).label())
                .isEqualTo("session-*.scope: so-called amazon-ssm-agen (curl 7.88.1)");
    }

    @Test
    void aContainerOfAUsersOwnIsToldAsRootless() {
        Caller rootless = new CallerBuilder(AttributionMethod.CONNECT)
                .executable("/usr/bin/app")
                .container("3f1c", "podman")
                .provenance(new Provenance(PathOrigin.OWN, false, false, 1000, 1000, false))
                .build();
        assertThat(identity(rootless).label()).isEqualTo("rootless podman: its own app (curl 7.88.1)");
    }

    @Test
    void nobodyHasNoLabel() {
        assertThat(CallerIdentity.of(Caller.unknown("gone"), Samples.malformed()))
                .isNull();
        assertThat(Samples.malformed().version()).isEqualTo(ImdsVersion.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "nginx.service, nginx.service",
        "session-3.scope, session-*.scope",
        "user@1000.service, user@*.service",
        "user@1000.service/sync4.service, user@*.service/sync4.service",
        "user@1000.service/run-u12.service, user@*.service/run-u*.service",
        "postgresql@14-main.service, postgresql@14-main.service",
        "docker-3f1c0a9be2d4c7e13f1c0a9be2d4c7e13f1c0a9be2d4c7e13f1c0a9be2d4c7e1.scope, docker-*.scope",
        "run-u123.service, run-u*.service",
    })
    void unitsLoseWhatChangesFromStartToStart(String unit, String general) {
        assertThat(CallerIdentity.generalUnit(unit)).isEqualTo(general);
    }
}
