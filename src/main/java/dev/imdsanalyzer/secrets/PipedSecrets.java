package dev.imdsanalyzer.secrets;

import java.util.List;
import java.util.Set;

/**
 * Secrets that a script gives to a program's standard input: {@code echo x | docker login --password-stdin}, {@code sudo
 * -S <<< x}; and those that htpasswd(1) takes as its last operand.
 */
final class PipedSecrets {
    private static final Set<String> WRITERS = Set.of("echo", "printf");
    private static final Set<String> READERS = Set.of("chpasswd", "passwd", "chgpasswd");
    private static final String HERE_STRING = "<<<";

    private final List<ShellWord> words;
    private final List<Spans> secrets;

    PipedSecrets(List<ShellWord> words, List<Spans> secrets) {
        this.words = words;
        this.secrets = secrets;
    }

    void find() {
        int before = 0;
        int start = 0;
        for (int i = 1; i <= words.size(); i++) {
            if (i == words.size() || words.get(i).first()) {
                command(before, start, i);
                before = start;
                start = i;
            }
        }
    }

    /** @param before where the command before begins, at the start itself for the first */
    private void command(int before, int start, int end) {
        if (start == end) {
            return;
        }
        if (words.get(start).text().endsWith("htpasswd") && hasBatchOption(start, end)) {
            hide(end - 1);
        }
        if (!readsSecret(start, end)) {
            return;
        }
        boolean piped = words.get(start).operator().equals("|");
        if (piped && before < start && WRITERS.contains(words.get(before).text())) {
            for (int i = before + 1; i < start; i++) {
                hide(i);
            }
        }
        for (int i = start; i < end; i++) {
            if (words.get(i).operator().equals(HERE_STRING)) {
                hide(i);
            }
        }
    }

    private void hide(int index) {
        String text = words.get(index).text();
        boolean option = text.startsWith("-") && text.length() == 2;
        if (!option && !ValueReference.standsAt(text, 0, true) && !text.startsWith("%")) {
            secrets.get(index).add(0, text.length());
        }
    }

    private boolean hasBatchOption(int start, int end) {
        for (int i = start; i < end; i++) {
            String text = words.get(i).text();
            if (text.startsWith("-") && text.indexOf('b') > 0) {
                return true;
            }
        }
        return false;
    }

    private boolean readsSecret(int start, int end) {
        boolean sudo = false;
        for (int i = start; i < end; i++) {
            String text = words.get(i).text();
            sudo |= text.endsWith("sudo");
            if (READERS.contains(text)
                    || text.endsWith("-stdin")
                    || text.startsWith("--passphrase-fd")
                    || (sudo && (text.equals("-S") || text.equals("--stdin")))) {
                return true;
            }
        }
        return false;
    }
}
