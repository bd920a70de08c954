package dev.imdsanalyzer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import org.junit.jupiter.api.Test;

@LinuxOnly("control groups")
class ControlGroupsTest {
    @Test
    void knowsNoPathForANumberThatIsNoGroups() {
        assertThat(ControlGroups.path(0x7FFF_FFFF_FFFFL)).isNull();
    }
}
