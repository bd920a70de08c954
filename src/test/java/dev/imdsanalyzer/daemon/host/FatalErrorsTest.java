package dev.imdsanalyzer.daemon.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FatalErrorsTest {
    @Test
    void aThreadThatEndsByAnErrorEndsTheProcessWithALine() throws InterruptedException {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        AtomicInteger code = new AtomicInteger();
        Thread thread = new Thread(
                () -> {
                    throw new NoClassDefFoundError("dev/gone");
                },
                "caller-join");
        thread.setUncaughtExceptionHandler(
                new FatalErrors(new PrintStream(err, true, StandardCharsets.UTF_8), code::set));
        thread.start();
        thread.join();
        assertThat(code).hasValue(70);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("imds-packet-analyzer: the thread caller-join failed: ")
                .contains("dev/gone")
                .hasLineCount(1);
    }
}
