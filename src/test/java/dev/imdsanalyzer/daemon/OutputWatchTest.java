package dev.imdsanalyzer.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OutputWatchTest {
    private final ListAppender<ILoggingEvent> diagnostics = new ListAppender<>();
    private String failure;
    private long lost;
    private int ended;

    @BeforeEach
    void listen() {
        diagnostics.start();
        logger().addAppender(diagnostics);
    }

    @AfterEach
    void stopListening() {
        logger().detachAppender(diagnostics);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(OutputWatch.class);
    }

    private OutputWatch watch(String destination) {
        return new OutputWatch(destination, () -> failure, () -> lost, () -> ended++);
    }

    @Test
    void standardOutputWithoutAReaderEndsTheRunOnce() {
        OutputWatch watch = watch("-");
        watch.tick();
        assertThat(ended).isZero();
        failure = "Broken pipe";
        watch.tick();
        watch.tick();
        assertThat(ended).isEqualTo(1);
    }

    @Test
    void linesAreToldAsLostOnceThoughTheNextFailureComesAtOnce() {
        OutputWatch watch = watch("/var/log/imds/");
        failure = "No space left on device";
        watch.tick();
        lost = 10;
        failure = null;
        watch.tick();
        failure = "Read-only file system";
        watch.tick();
        failure = null;
        watch.tick();

        assertThat(diagnostics.list.get(3).getFormattedMessage()).endsWith(" 0 lost");
    }

    @Test
    void aDiskThatIsFullIsToldWithItsReasonAndSoIsTheEndOfIt() {
        OutputWatch watch = watch("/var/log/imds/");
        lost = 3;
        watch.tick();
        failure = "No space left on device";
        watch.tick();
        lost = 10;
        watch.tick();
        failure = null;
        watch.tick();
        watch.tick();

        assertThat(ended).isZero();
        assertThat(diagnostics.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "lines cannot be written to /var/log/imds/: No space left on device;"
                                + " they wait, and are lost once the queue is full",
                        "lines are written to /var/log/imds/ again after 0 s, 7 lost");
    }
}
