package dev.imdsanalyzer.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Locale;

/** Whether what was printed has arrived. */
final class StandardOutput {
    private StandardOutput() {}

    /** @throws CommandFailure where something was lost and somebody still reads */
    static void requireWritten() {
        if (System.out.checkError() && !readerIsGone()) {
            throw new CommandFailure(ExitCode.OUTPUT_FAILED, "standard output could not be written completely", null);
        }
    }

    /**
     * Whether standard output is a pipe that nobody reads any more, as after {@code | head}: that is no fault to tell. A
     * PrintStream keeps to itself why it failed, so a further byte has to ask.
     */
    @SuppressWarnings("resource") // standard output is not ours to close
    static boolean readerIsGone() {
        try {
            new FileOutputStream(FileDescriptor.out).write('\n');
            return false;
        } catch (IOException e) {
            return e.getMessage() != null
                    && e.getMessage().toLowerCase(Locale.ROOT).contains("pipe");
        }
    }
}
