package dev.imdsanalyzer.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CaptureSettingsTest {
    @Test
    void hasDefaults() {
        assertThat(CaptureSettings.of("any")).isEqualTo(new CaptureSettings("any", 5 << 20, 32_640));
    }

    @Test
    void refusesWhatIsOutOfRange() {
        assertThatThrownBy(() -> new CaptureSettings("", 1 << 20, 1500)).hasMessageContaining("name");
        assertThatThrownBy(() -> new CaptureSettings("any", 1 << 10, 1500)).hasMessageContaining("ringBytes 1024");
        assertThatThrownBy(() -> new CaptureSettings("any", -1, 1500)).hasMessageContaining("ringBytes -1");
        assertThatThrownBy(() -> new CaptureSettings("any", 1 << 20, 255)).hasMessageContaining("snapLength 255");
        assertThatThrownBy(() -> new CaptureSettings("any", 1 << 20, 65_536)).hasMessageContaining("snapLength 65536");
    }
}
