package dev.imdsanalyzer.secrets;

import java.util.List;
import java.util.Objects;

/** Finds the secrets of one text by every way of looking at it: as it stands, decoded, and as a script. */
final class SecretSearch {
    /** Names are seldom encoded more than twice. */
    private static final int DECODINGS = 3;

    /** {@code sudo sh -c "ssh host 'bash -c \"…\"'"}. */
    private static final int NESTED_SCRIPTS = 4;

    private SecretSearch() {}

    static Spans find(String text, Place place) {
        Spans spans = new Spans();
        find(text, place, 0, spans);
        return spans;
    }

    private static void find(String text, Place place, int depth, Spans spans) {
        look(text, place, spans);
        decoded(text, place, DECODINGS, spans);
        if (place.mayBeScript() && depth < NESTED_SCRIPTS && hasBlank(text)) {
            script(text, depth, spans);
        }
    }

    private static void look(String text, Place place, Spans spans) {
        new SecretScanner(text, place, spans).scan();
        UrlParameters.find(text, place, spans);
        if (place.holdsBareSecrets()) {
            RandomText.find(text, spans);
        }
    }

    private static void decoded(String text, Place place, int rounds, Spans spans) {
        DecodedText decoded = rounds == 0 ? null : DecodedText.unescaped(text, place == Place.QUERY);
        if (decoded == null
                || (decoded.length() == text.length() && decoded.text().equals(text))) {
            return;
        }
        Spans inner = new Spans();
        String plain = decoded.text();
        look(plain, place, inner);
        decoded(plain, place, rounds - 1, inner);
        spans.addAll(inner, decoded);
    }

    private static void script(String text, int depth, Spans spans) {
        List<ShellWord> words = ShellWord.split(text);
        List<Spans> secrets = new CommandSecrets(words).find();
        for (int i = 0; i < words.size(); i++) {
            ShellWord word = words.get(i);
            Spans inner = secrets.get(i);
            // A word that is the whole text again has no more to tell.
            if (word.text().length() < text.length() && hasBlank(word.text())) {
                find(word.text(), Place.ARGUMENT, depth + 1, inner);
            }
            spans.addAll(inner, Objects.requireNonNull(word.source()));
        }
    }

    private static boolean hasBlank(String text) {
        return text.indexOf(' ') >= 0 || text.indexOf('\n') >= 0 || text.indexOf('\t') >= 0;
    }
}
