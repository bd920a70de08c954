package dev.imdsanalyzer.process.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.proc.CgroupPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@LinuxOnly("control groups")
class CgroupMemoryTest {
    private static final String CONTAINER = "0123456789abcdef".repeat(4);

    private final List<Long> asked = new ArrayList<>();

    private CgroupMemory memory(boolean unified, String path) {
        return new CgroupMemory(
                unified,
                id -> {
                    asked.add(id);
                    return path;
                },
                of -> CgroupPath.parse(("0::" + of).getBytes(StandardCharsets.UTF_8)));
    }

    private static CallerBuilder caller() {
        return new CallerBuilder(AttributionMethod.CONNECT).pid(7);
    }

    private static Caller recalled(CgroupMemory memory, long id) {
        CallerBuilder caller = caller();
        memory.recall(id, caller);
        return caller.build();
    }

    @Test
    void knowsThePlaceOfACallerFromThoseBeforeIt() {
        CgroupMemory memory = memory(true, "/system.slice/docker-" + CONTAINER + ".scope");

        memory.learn(5, caller().container(CONTAINER, "docker").build());
        memory.learn(6, caller().systemdUnit("backup.service").build());

        assertThat(recalled(memory, 5).containerId()).isEqualTo(CONTAINER);
        assertThat(recalled(memory, 6).systemdUnit()).isEqualTo("backup.service");
        assertThat(asked).containsExactly(5L);
    }

    @Test
    void keepsWhatItKnowsWhenACallerHadEndedBeforeItsCgroupWasRead() {
        CgroupMemory memory = memory(true, "/system.slice/docker-" + CONTAINER + ".scope");
        memory.learn(5, caller().container(CONTAINER, "docker").build());

        memory.learn(5, caller().build());

        assertThat(recalled(memory, 5).containerId()).isEqualTo(CONTAINER);
    }

    /** Rootless podman without a session of systemd's: all containers of the user are in the group that he is in. */
    @Test
    void aContainerWithoutAGroupOfItsOwnLendsItsNameToNoOther() {
        for (String path : new String[] {"/user.slice/user-1234.slice/session-3.scope", "/", null}) {
            CgroupMemory memory = memory(true, path);

            memory.learn(5, caller().container(CONTAINER, "podman").build());

            assertThat(recalled(memory, 5).containerId()).as(path).isNull();
        }
    }

    @Test
    void asksTheKernelOnceForACgroupThatNobodyHasToldOf() {
        CgroupMemory memory = memory(true, "/system.slice/docker-" + CONTAINER + ".scope");

        assertThat(recalled(memory, 5).containerId()).isEqualTo(CONTAINER);
        assertThat(recalled(memory, 5).containerRuntime()).isEqualTo("docker");
        assertThat(asked).containsExactly(5L);
    }

    @Test
    void saysNothingOfACgroupThatIsGone() {
        assertThat(CgroupMemory.hasPlace(recalled(memory(true, null), 5))).isFalse();
    }

    @Test
    void asksNobodyWhereTheIdIsNotThatOfTheUnifiedHierarchy() {
        assertThat(CgroupMemory.hasPlace(recalled(memory(false, "/nginx.service"), 5)))
                .isFalse();
        assertThat(asked).isEmpty();
    }
}
