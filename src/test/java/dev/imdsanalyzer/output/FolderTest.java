package dev.imdsanalyzer.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.output.line.Samples;
import dev.imdsanalyzer.output.line.call.CallLine;
import dev.imdsanalyzer.process.Caller;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FolderTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<CallLine> lines = new ArrayList<>();
    private final Folder folder = new Folder(60 * SECOND, lines::add);

    private void call(String path, int pid, long second) {
        folder.add(
                Samples.line(Samples.v1(path, Samples.TIME + second * SECOND), Samples.caller(pid)), second * SECOND);
    }

    private List<Long> counts() {
        return lines.stream().map(CallLine::calls).toList();
    }

    @Test
    void theFirstGoesOnAtOnceAndTheRestAsOne() {
        call("/", 1, 0);
        call("/", 2, 10);
        call("/", 3, 59);
        assertThat(counts()).containsExactly(1L);

        call("/", 4, 60);

        assertThat(counts()).containsExactly(1L, 2L, 1L);
        CallLine sum = lines.get(1);
        assertThat(sum.firstNanos()).isEqualTo(Samples.TIME + 10 * SECOND);
        assertThat(sum.lastNanos()).isEqualTo(Samples.TIME + 59 * SECOND);
        assertThat(sum.caller().pid()).isEqualTo(3);
    }

    @Test
    void otherCallsAreOtherLines() {
        call("/a", 1, 0);
        call("/b", 1, 0);
        folder.add(Samples.line(Samples.v2("/a"), Samples.caller(1)), 0);
        folder.add(Samples.line(Samples.v1("/a", Samples.TIME), Caller.unknown("gone")), 0);
        folder.add(Samples.line(Samples.v1("/a", Samples.TIME), Samples.caller(1, "curl -v", 0)), 0);

        assertThat(counts()).containsExactly(1L, 1L, 1L, 1L, 1L);
    }

    @Test
    void aWindowEndsWithoutAnotherCall() {
        call("/", 1, 0);
        call("/", 1, 1);
        folder.expire(59 * SECOND);
        assertThat(lines).hasSize(1);

        folder.expire(60 * SECOND);

        assertThat(counts()).containsExactly(1L, 1L);
        folder.flush();
        assertThat(lines).hasSize(2);
    }

    @Test
    void aClockThatWasSetBackStartsANewWindow() {
        call("/", 1, 1000);
        call("/", 1, 1001);
        call("/", 1, 0);
        folder.flush();

        assertThat(counts()).containsExactly(1L, 1L, 1L);
    }

    @Test
    void sumsStayExactPastTheBound() {
        int calls = 0;
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < Folder.MAX_OPEN + 100; i++) {
                call("/" + i, 1, round);
                calls++;
            }
        }
        folder.flush();

        assertThat(lines.stream().mapToLong(CallLine::calls).sum()).isEqualTo(calls);
    }

    @Test
    void windowsStayWithinTheirWeightAndSumsExactPastIt() {
        String argument = "x".repeat(4000);
        int calls = 0;
        for (int i = 0; i < 800; i++) {
            Caller caller = Samples.caller(1, argument + i, 13);
            for (int call = 0; call < 3; call++) {
                folder.add(Samples.line(Samples.v1("/", Samples.TIME + calls), caller), calls);
                calls++;
                assertThat(folder.weight()).isLessThanOrEqualTo(Folder.MAX_WEIGHT);
            }
        }
        assertThat(lines).as("the oldest windows have ended").hasSizeGreaterThan(800);
        folder.flush();

        assertThat(folder.weight()).isZero();
        assertThat(lines.stream().mapToLong(CallLine::calls).sum()).isEqualTo(calls);
    }

    @Test
    void aWindowOfOneCallHoldsNothingOfIt() {
        folder.add(Samples.line(Samples.v1("/" + "x".repeat(100_000), Samples.TIME), Samples.caller(1)), 0);

        assertThat(folder.weight()).isLessThan(1000);
    }

    @Test
    void textsThatLookAlikeWhenPutTogetherAreOtherCalls() {
        folder.add(Samples.line(Samples.v1("/ab", Samples.TIME), Samples.caller(1, "c", 0)), 0);
        folder.add(Samples.line(Samples.v1("/a", Samples.TIME), Samples.caller(1, "cb", 0)), 0);
        folder.add(Samples.line(Samples.v1("/a", Samples.TIME), Samples.caller(1, "c", 1)), 0);

        assertThat(counts()).containsExactly(1L, 1L, 1L);
    }
}
