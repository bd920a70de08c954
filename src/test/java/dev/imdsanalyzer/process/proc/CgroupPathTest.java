package dev.imdsanalyzer.process.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ID stands for 64 hexadecimal digits, POD for a pod's identifier with hyphens, P_D for it with underscores. */
class CgroupPathTest {
    private static final String ID = "4f1c2b9e8d7a6f5e4d3c2b1a0f9e8d7c6b5a4f3e2d1c0b9a8f7e6d5c4b3a2f1e";
    private static final String POD = "0b2f7a4e-61c5-4d0e-9f3a-7c1d2e3f4a5b";

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            /docker/ID | ID | docker | - | - | -
            /system.slice/docker-ID.scope | ID | docker | - | - | -
            /docker/ID/system.slice/nginx.service | ID | docker | - | - | nginx.service
            /system.slice/docker-ID.scope/init.scope | ID | docker | - | - | init.scope
            /docker/buildkit/ID | ID | docker | - | - | -
            /actions_job/ID | ID | - | - | - | -
            /default/ID | ID | containerd | - | - | -
            /system.slice/nerdctl-ID.scope | ID | containerd | - | - | -
            /kubepods/besteffort/podPOD/ID | ID | - | POD | besteffort | -
            /kubepods/podPOD/ID | ID | - | POD | guaranteed | -
            /kubepods/burstable/podPOD/crio-ID | ID | cri-o | POD | burstable | -
            /kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podP_D.slice/cri-containerd-ID.scope | ID | containerd | POD | burstable | -
            /kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-podP_D.slice/docker-ID.scope | ID | docker | POD | besteffort | -
            /kubepods.slice/kubepods-podP_D.slice/crio-ID.scope | ID | cri-o | POD | guaranteed | -
            /kubepods.slice/kubepods-podP_D.slice/crio-ID.scope/container | ID | cri-o | POD | guaranteed | -
            /kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-podP_D.slice/cri-containerd-ID.scope | ID | containerd | POD | burstable | -
            /system.slice/containerd.service/kubepods-burstable-podP_D.slice:cri-containerd:ID | ID | containerd | POD | burstable | containerd.service
            /machine.slice/libpod-ID.scope/container | ID | podman | - | - | -
            /machine.slice/libpod-conmon-ID.scope | - | - | - | - | -
            /user.slice/user-1000.slice/user@1000.service/user.slice/libpod-ID.scope/container | ID | podman | - | - | user@1000.service
            /system.slice/web.service/libpod-payload-ID | ID | podman | - | - | web.service
            /system.slice/web.service/runtime | - | - | - | - | web.service
            /user.slice/user-1000.slice/user@1000.service/app.slice/web.service/libpod-payload-ID | ID | podman | - | - | user@1000.service/web.service
            /libpod_parent/libpod-ID | ID | podman | - | - | -
            /ecs/7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d/ID | ID | ecs | - | - | -
            /ecs/mycluster/7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d/ID | ID | ecs | - | - | -
            /ecstasks.slice/ecstasks-7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d.slice/docker-ID.scope | ID | ecs | - | - | -
            /ecs/7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d/7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d-2531612879 | 7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d-2531612879 | ecs | - | - | -
            /machine.slice/systemd-nspawn@web.service/payload/system.slice/ssh.service | web | systemd-nspawn | - | - | systemd-nspawn@web.service
            /machine.slice/machine-my\\x2dbox.scope | my-box | systemd-nspawn | - | - | machine-my\\x2dbox.scope
            /machine.slice/machine-qemu\\x2d1\\x2dvm.scope/libvirt/emulator | - | - | - | - | machine-qemu\\x2d1\\x2dvm.scope
            /machine.slice/machine-my\\x2dbox\\x2b1.scope | my-box+1 | systemd-nspawn | - | - | machine-my\\x2dbox\\x2b1.scope
            /docker/buildkit/x1c2v3b4n5m6a7s8d9f0g1h2j | x1c2v3b4n5m6a7s8d9f0g1h2j | docker | - | - | -
            /system.slice/docker-x1c2v3b4n5m6a7s8d9f0g1h2j.scope | x1c2v3b4n5m6a7s8d9f0g1h2j | docker | - | - | -
            /docker/x1c2v3b4n5m6a7s8d9f0g1h2j | - | - | - | - | -
            /nodes.slice/nodes-kubepods.slice/nodes-kubepods-podP_D.slice/cri-containerd-ID.scope | ID | containerd | POD | guaranteed | -
            /nodes.slice/nodes-kubepods.slice/nodes-kubepods-besteffort.slice/nodes-kubepods-besteffort-podP_D.slice/crio-ID.scope | ID | cri-o | POD | besteffort | -
            /docker/ID/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-podP_D.slice/cri-containerd-ID.scope | ID | containerd | POD | guaranteed | -
            /system.slice/snap.docker.dockerd.service/docker/ID | ID | docker | - | - | snap.docker.dockerd.service
            /kubepods/burstable/podPOD/kata_ID | - | - | POD | burstable | -
            /nomad.slice/share.slice/6f1d2c3b-5a69-4788-9d0e-1b2c3d4e5f60.web.scope | - | - | - | - | 6f1d2c3b-5a69-4788-9d0e-1b2c3d4e5f60.web.scope
            /firecracker/vm-1 | - | - | - | - | -
            /garden/8f2c1a44-5a69-4788-6b2f-1b2c | - | - | - | - | -
            /lxc.monitor.web | - | - | - | - | -
            /lxc/web | web | lxc | - | - | -
            /lxc.payload.web/system.slice/cron.service | web | lxc | - | - | cron.service
            /system.slice/nginx.service | - | - | - | - | nginx.service
            /system.slice/system-getty.slice/getty@tty1.service | - | - | - | - | getty@tty1.service
            /user.slice/user-1000.slice/session-3.scope | - | - | - | - | session-3.scope
            /user.slice/user-1000.slice/user@1000.service/app.slice/sync.service | - | - | - | - | user@1000.service/sync.service
            /user.slice/user-1000.slice/user@1000.service/init.scope | - | - | - | - | user@1000.service
            /init.scope | - | - | - | - | init.scope
            /system.slice | - | - | - | - | system.slice
            / | - | - | - | - | -
            """)
    void readsWhereAProcessRuns(String path, String id, String runtime, String pod, String qos, String unit) {
        CgroupPath expected =
                new CgroupPath(filled(id), runtime, filled(pod), qos, unit, task(path), owner(id, pod, path), false);
        assertThat(CgroupPath.parse(text("0::" + filled(path) + "\n"))).isEqualTo(expected);
        String version1 =
                "12:cpuset:" + filled(path) + "\n3:cpu,cpuacct:/\n1:name=systemd:" + filled(path) + "\n0::/\n";
        assertThat(CgroupPath.parse(text(version1))).isEqualTo(expected);
    }

    private static String task(String path) {
        return path.contains("ecs") ? "7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d" : null;
    }

    /** What stands above a container in its path is a task's only below ECS's own group. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /ecs/2f1c7a6b-5c4d-4e2f-9a0b-9c8d7e6f5a4b/ID | 2f1c7a6b-5c4d-4e2f-9a0b-9c8d7e6f5a4b
            /ecs/ID |
            /ecs/prod/ID |
            /docker/7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d/ID |
            /ecstasks.slice/docker-ID.scope |
            /kubepods/pod4f1d2c3b-5a69-4788-9d0e-1b2c3d4e5f60/ID |
            """)
    void findsTheTaskOfEcsAboveTheContainer(String path, String task) {
        assertThat(CgroupPath.parse(text("0::" + filled(path) + "\n")).ecsTaskId())
                .isEqualTo(task);
    }

    /** By the path's shape alone, nobody knows but of what is below a user's manager. */
    private static long owner(String id, String pod, String path) {
        return id == null && pod == null ? 0 : path.contains("/user@1000.service/") ? 1000 : -1;
    }

    /**
     * Delegated is what systemd has given to user 1000: his manager, a service of his, and what root has given him without
     * systemd; all else is root's.
     */
    private static final GroupOwners OWNERS = (controllers, groups, count) -> {
        for (int i = 0; i < count; i++) {
            if (List.of("user@1000.service", "his.service", "given").contains(groups[i])) {
                return 1000;
            }
        }
        return List.of(groups).subList(0, count).contains("gone") ? -1 : 0;
    };

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            /system.slice/docker-ID.scope | ID | - | 0 | - | false
            /system.slice/amazon-cloudwatch-agent.service | - | - | 0 | amazon-cloudwatch-agent.service | true
            /user.slice/user-1000.slice/user@1000.service/app.slice/amazon-cloudwatch-agent.service | - | - | 0 | user@1000.service/amazon-cloudwatch-agent.service | true
            /user.slice/user-1000.slice/user@1000.service/amazon-cloudwatch-agent.service | - | - | 0 | user@1000.service/amazon-cloudwatch-agent.service | true
            /user.slice/user-1000.slice/user@1000.service/app.slice/run-u7.service | - | - | 0 | user@1000.service/run-u7.service | true
            /user.slice/user-1000.slice/user@1000.service/user@0.service/system.slice/sshd.service | - | - | 0 | user@1000.service/user@0.service | true
            /user.slice/user-1000.slice/user@1000.service/app.slice/docker-ID.scope | ID | - | 1000 | user@1000.service | true
            /user.slice/user-1000.slice/user@1000.service/kubepods/podPOD/ID | ID | POD | 1000 | user@1000.service | true
            /user.slice/user-1000.slice/user@1000.service/kubepods.slice/kubepods-podP_D.slice | - | POD | 1000 | user@1000.service | true
            /user.slice/user-1000.slice/user@1000.service/machine.slice/machine-web.scope | web | - | 1000 | user@1000.service/machine-web.scope | true
            /user.slice/user-1000.slice/session-3.scope | - | - | 0 | session-3.scope | true
            /system.slice/his.service/docker-ID.scope | ID | - | 1000 | his.service | true
            /system.slice/his.service/system.slice/sshd.service | - | - | 0 | his.service | true
            /given/amazon-cloudwatch-agent.service | - | - | 0 | - | false
            /given/docker/ID | ID | - | 1000 | - | false
            /given/user@0.service/sshd.service | - | - | 0 | - | false
            /docker/ID/system.slice/sshd.service | ID | - | 0 | sshd.service | false
            /machine.slice/libpod-ID.scope/container/amazon-cloudwatch-agent.service | ID | - | 0 | amazon-cloudwatch-agent.service | false
            /lxc.payload.web/system.slice/cron.service | web | - | 0 | cron.service | false
            /system.slice/web.service/libpod-payload-ID | ID | - | 0 | web.service | true
            /system.slice/docker-ID.scope/given/docker-OTHER.scope | ID | - | 0 | - | false
            /gone/docker-ID.scope | ID | - | -1 | - | false
            /system.slice/docker-ID.scope (deleted) | ID | - | 0 | - | false
            /system.slice/agent.service (deleted) | - | - | 0 | agent.service | true
            """)
    void tellsWhoseTheNamesAre(String path, String id, String pod, long owner, String unit, boolean hostUnit) {
        CgroupPath read = CgroupPath.parse(text("0::" + filled(path) + "\n"), OWNERS);

        assertThat(read.containerId()).isEqualTo(filled(id));
        assertThat(read.podUid()).isEqualTo(filled(pod));
        assertThat(read.owner()).isEqualTo(owner);
        assertThat(read.systemdUnit()).isEqualTo(unit);
        assertThat(read.hostUnit()).isEqualTo(hostUnit);
    }

    /** A user may have a part of one hierarchy of cgroup v1 to himself. */
    @Test
    void whatARuntimeHasMadeCountsBeforeWhatAUserShowsInAnotherHierarchy() {
        String other = ID.replace('4', '5');
        CgroupPath read = CgroupPath.parse(
                text("5:memory:/given/docker-" + other + ".scope\n4:pids:/docker/" + ID + "\n1:name=systemd:/\n"),
                OWNERS);
        assertThat(read.containerId()).isEqualTo(ID);
        assertThat(read.owner()).isZero();
    }

    @Test
    void findsAContainerInAnyHierarchyAndTheUnitInSystemds() {
        // Docker's cgroupfs driver on cgroup v1, Linux 4.14: systemd knows of the daemon alone.
        String content = """
                11:memory:/docker/%s
                1:name=systemd:/system.slice/docker.service
                """.formatted(ID);
        assertThat(CgroupPath.parse(text(content)))
                .isEqualTo(new CgroupPath(ID, "docker", null, null, "docker.service", null, -1, false));
    }

    @Test
    void knowsNothingOfMalformedText() {
        CgroupPath nothing = new CgroupPath(null, null, null, null, null, null, 0, false);
        assertThat(CgroupPath.parse(null)).isEqualTo(nothing);
        assertThat(CgroupPath.parse(text(""))).isEqualTo(nothing);
        assertThat(CgroupPath.parse(text("::\n:\n0:\n0::\nx"))).isEqualTo(nothing);
        assertThat(CgroupPath.parse(text("0::/../../x\n"))).isEqualTo(nothing);
    }

    private static String filled(String text) {
        return text == null
                ? null
                : text.replace("OTHER", ID.replace('4', '5'))
                        .replace("ID", ID)
                        .replace("POD", POD)
                        .replace("P_D", POD.replace('-', '_'));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
