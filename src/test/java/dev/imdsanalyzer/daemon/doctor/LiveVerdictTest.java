package dev.imdsanalyzer.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.daemon.doctor.Check.State;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LiveVerdictTest {
    private static final TokenRequest ANSWERED = new TokenRequest(200, 3, null);
    private static final JsonNode OWN =
            new JsonMapper().readTree("{\"process\":{\"pid\":42},\"attribution\":{\"method\":\"connect\"}}");

    @Test
    void ownLineProvesTheWay() {
        Check check = LiveVerdict.of(ANSWERED, OWN, 42);
        assertThat(check.state()).isEqualTo(State.OK);
        assertThat(check.found())
                .isEqualTo("IMDS answered 200 in 3 ms; seen in the capture, attributed to itself by connect,"
                        + " written and read back");
    }

    @Test
    void refusedTokenIsWeak() {
        assertThat(LiveVerdict.of(new TokenRequest(403, 3, null), OWN, 42).state())
                .isEqualTo(State.WEAK);
    }

    @Test
    void lineOfAnotherProcessIsWeak() {
        Check check = LiveVerdict.of(ANSWERED, OWN, 43);
        assertThat(check.state()).isEqualTo(State.WEAK);
        assertThat(check.found()).contains("names pid 42, not pid 43");
    }

    @Test
    void lineThatNamesNobodyIsWeak() {
        JsonNode line =
                new JsonMapper().readTree("{\"attribution\":{\"method\":\"none\",\"reason\":\"the process is gone\"}}");
        assertThat(LiveVerdict.of(ANSWERED, line, 42).found())
                .contains("names nobody")
                .contains("process is gone");
    }

    @Test
    void answerWithoutALineIsMissing() {
        assertThat(LiveVerdict.of(ANSWERED, null, 42).state()).isEqualTo(State.MISSING);
    }

    @Test
    void silenceIsToldAsSuch() {
        Check check = LiveVerdict.of(new TokenRequest(-1, 2000, "Connect timed out"), null, 42);
        assertThat(check.state()).isEqualTo(State.MISSING);
        assertThat(check.found()).isEqualTo("no answer from IMDS: Connect timed out");
    }

    @Test
    void statusIsReadFromTheFirstLineOnly() {
        assertThat(TokenRequest.status("HTTP/1.1 200 OK\r\n")).isEqualTo(200);
        assertThat(TokenRequest.status("HTTP/1.0 403")).isEqualTo(403);
        assertThat(TokenRequest.status("SSH-2.0\r\nHTTP/1.1 200")).isEqualTo(-1);
        assertThat(TokenRequest.status("")).isEqualTo(-1);
    }
}
