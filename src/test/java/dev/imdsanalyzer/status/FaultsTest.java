package dev.imdsanalyzer.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultsTest {
    private static final long SECOND = 1_000_000_000L;

    private final Faults faults = new Faults();

    private static Throwable failure(String type, int line) {
        Throwable failure = type.equals("state") ? new IllegalStateException("x") : new IllegalArgumentException("x");
        failure.setStackTrace(new StackTraceElement[] {new StackTraceElement("a.B", "c", "B.java", line)});
        return failure;
    }

    private List<String> told() {
        List<String> lines = new ArrayList<>();
        faults.tell(lines::add);
        return lines;
    }

    @Test
    void equalOnesAreToldOnceWithTheirNumberAndTimes() {
        faults.add(failure("state", 7), 10 * SECOND);
        faults.add(failure("state", 7), 75 * SECOND + 1);

        assertThat(told())
                .containsExactly("2 times, 1970-01-01T00:00:10Z to 1970-01-01T00:01:15Z:"
                        + " java.lang.IllegalStateException at a.B.c(B.java:7)");
        assertThat(faults.total()).isEqualTo(2);
    }

    @Test
    void anotherPlaceTypeOrCauseIsAnother() {
        faults.add(failure("state", 7), SECOND);
        faults.add(failure("state", 8), SECOND);
        faults.add(failure("argument", 7), SECOND);
        faults.add(failure("state", 7).initCause(failure("argument", 1)), SECOND);

        assertThat(told())
                .hasSize(4)
                .last()
                .asString()
                .endsWith(
                        "java.lang.IllegalStateException at a.B.c(B.java:7) caused by java.lang.IllegalArgumentException at a.B.c(B.java:1)");
    }

    @Test
    void whatAFailureSaysIsLeftOutAsItMayQuoteAStranger() {
        faults.add(new NumberFormatException("For input string: \"AQAEAsecret\""));

        assertThat(told())
                .singleElement()
                .asString()
                .contains("NumberFormatException")
                .doesNotContain("AQAEA");
    }

    @Test
    void otherKindsThanFitAreOnlyCounted() {
        for (int line = 0; line < Faults.MAX_KEPT + 5; line++) {
            faults.add(failure("state", line), SECOND);
        }
        faults.add(failure("state", 0), 2 * SECOND);

        assertThat(told())
                .hasSize(Faults.MAX_KEPT + 1)
                .endsWith("5 more, of other kinds than the first " + Faults.MAX_KEPT)
                .first()
                .asString()
                .startsWith("2 times");
        assertThat(faults.total()).isEqualTo(Faults.MAX_KEPT + 6);
    }

    @Test
    void stacksAndCausesAreCut() {
        Throwable deep = new IllegalStateException();
        deep.setStackTrace(new StackTraceElement[0]);
        StackTraceElement[] stack = new StackTraceElement[10_000];
        for (int i = 0; i < stack.length; i++) {
            stack[i] = new StackTraceElement("a.B", "c", "B.java", i);
        }
        for (int i = 0; i < 1_000; i++) {
            deep = new IllegalStateException(deep);
            deep.setStackTrace(stack);
        }
        faults.add(deep);

        String text = told().get(0);
        assertThat(text.split(" at ", -1)).hasSize((Faults.MAX_CAUSES + 1) * Faults.MAX_FRAMES + 1);
        assertThat(text.split("caused by", -1)).hasSize(Faults.MAX_CAUSES + 1);
    }

    @Test
    void whoSurvivesIsCountedAndKept() {
        Counters counters = new Counters();
        counters.survived(failure("state", 7));

        assertThat(counters.get(Counter.INTERNAL_ERRORS)).isEqualTo(1);
        assertThat(counters.faults().total()).isEqualTo(1);
    }
}
