package dev.imdsanalyzer.daemon.host;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a person looks on. Java's own answer differs between its releases. */
public final class Terminal {
    private Terminal() {}

    /** @param descriptor 0 to 2 */
    public static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    /** Has Ctrl-C, and SIGTERM, call this in place of ending the program. */
    public static void onInterrupt(Runnable action) {
        Signals.on("INT", action);
        Signals.on("TERM", action);
    }

    /**
     * Whether standard output is to have colours: where it is a terminal that knows any. NO_COLOR (no-color.org) turns them off
     * there; CLICOLOR_FORCE on anywhere, and goes first.
     */
    public static boolean hasColour() {
        if (isColourForced()) {
            return true;
        }
        String none = System.getenv("NO_COLOR");
        return (none == null || none.isEmpty()) && !"dumb".equals(System.getenv("TERM")) && isTerminal(1);
    }

    /** Whether CLICOLOR_FORCE asks for colours wherever text goes: somebody shows it to a person. */
    public static boolean isColourForced() {
        String forced = System.getenv("CLICOLOR_FORCE");
        return forced != null && !forced.isEmpty() && !forced.equals("0");
    }

    /** Width that lines on standard output are to have: what {@code COLUMNS} says, or the terminal; 0 for any. */
    public static int width() {
        String columns = System.getenv("COLUMNS");
        if (columns != null && columns.matches("[1-9]\\d{0,3}")) {
            return Integer.parseInt(columns);
        }
        return isTerminal(1) ? columns() : 0;
    }

    /** Width of the terminal on standard output, asked of stty(1); 0 if it cannot be told. */
    private static int columns() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/proc/self/fd/1"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String rowsAndColumns = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim();
            return Integer.parseInt(rowsAndColumns.substring(rowsAndColumns.indexOf(' ') + 1));
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }
}
