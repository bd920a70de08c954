package dev.imdsanalyzer.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("linux")
class ControlGroupsTest {
    @Test
    void knowsNoPathForANumberThatIsNoGroups() {
        assertThat(ControlGroups.path(0x7FFF_FFFF_FFFFL)).isNull();
    }
}
