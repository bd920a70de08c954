package dev.imdsanalyzer.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.daemon.doctor.Check.State;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DiagnosisTest {
    private static final Check FINE = Check.ok("kernel", "Linux 6.1");
    private static final Check WEAK = Check.weak("btf", "there is none", "less is told", "take a newer kernel");
    private static final Check MISSING = Check.missing("CAP_NET_RAW", "not effective", "blind", "run as root");

    @Test
    void weakAloneCanWork() {
        assertThat(new Diagnosis("1", List.of(FINE, WEAK)).canWork()).isTrue();
        assertThat(new Diagnosis("1", List.of(FINE, WEAK)).state()).isEqualTo(State.WEAK);
        assertThat(new Diagnosis("1", List.of(MISSING, WEAK, FINE)).canWork()).isFalse();
        assertThat(new Diagnosis("1", List.of(FINE)).state()).isEqualTo(State.OK);
    }

    @Test
    void firstThatIsMissingIsNamed() {
        assertThat(new Diagnosis("1", List.of(WEAK, MISSING, Check.missing("output", "", "", ""))).firstMissing())
                .isEqualTo("CAP_NET_RAW");
        assertThat(new Diagnosis("1", List.of(FINE, WEAK)).firstMissing()).isNull();
    }

    @Test
    void textIsAlignedAndSaysWhatALackCosts() {
        assertThat(DiagnosisText.of(new Diagnosis("1", List.of(FINE, WEAK, MISSING)), false, 0))
                .isEqualTo("""
                        ok       kernel       Linux 6.1
                        weak     btf          there is none
                                              costs: less is told
                                              mend:  take a newer kernel
                        missing  CAP_NET_RAW  not effective
                                              costs: blind
                                              mend:  run as root

                        Missing: CAP_NET_RAW. Weak: btf.
                        """);
    }

    @Test
    void colourChangesNoWord() {
        Diagnosis diagnosis = new Diagnosis("1", List.of(FINE, WEAK));
        String coloured = DiagnosisText.of(diagnosis, true, 0);
        assertThat(coloured).contains("\u001b[32mok", "\u001b[33mweak");
        assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(DiagnosisText.of(diagnosis, false, 0));
    }

    @Test
    void nothingFoundSteersTheTerminal() {
        Diagnosis diagnosis = new Diagnosis("1", List.of(Check.ok("output", "/tmp/\u001b[2J\n")));
        assertThat(DiagnosisText.of(diagnosis, false, 0))
                .contains("/tmp/?[2J?\n")
                .doesNotContain("\u001b");
    }

    @Test
    void jsonHasEveryCheckAndLeavesOutWhatIsNotLacking() {
        String text = DiagnosisJson.of(new Diagnosis("1.2", List.of(FINE, MISSING)));
        JsonNode json = new JsonMapper().readTree(text);
        assertThat(text).endsWith("}\n").hasLineCount(1);
        assertThat(json.at("/schema").asInt()).isEqualTo(1);
        assertThat(json.at("/version").asString()).isEqualTo("1.2");
        assertThat(json.at("/state").asString()).isEqualTo("missing");
        assertThat(json.at("/checks/0").propertyNames()).containsExactly("name", "state", "found");
        assertThat(json.at("/checks/1").propertyNames()).containsExactly("name", "state", "found", "cost", "mend");
        assertThat(json.at("/checks/1/mend").asString()).isEqualTo("run as root");
    }
}
