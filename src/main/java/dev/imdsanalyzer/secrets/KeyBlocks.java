package dev.imdsanalyzer.secrets;

/** Private keys and encrypted messages in their text form: RFC 7468, RFC 9580 section 6.2. */
final class KeyBlocks {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END";
    private static final String DASHES = "-----";
    private static final int LABEL_LIMIT = 64;

    private KeyBlocks() {}

    /** All between the first line and the last; to the text's end where there is no last one. */
    static void find(String text, Spans spans) {
        int begin = text.indexOf(BEGIN);
        while (begin >= 0) {
            int label = begin + BEGIN.length();
            int content = text.substring(label, Math.min(text.length(), label + LABEL_LIMIT))
                    .indexOf(DASHES);
            int from = label;
            if (content >= 0 && isSecret(text.substring(label, label + content))) {
                from = label + content + DASHES.length();
                int end = text.indexOf(END, from);
                spans.add(from, end < 0 ? text.length() : end);
                from = end < 0 ? text.length() : end;
            }
            begin = text.indexOf(BEGIN, from);
        }
    }

    private static boolean isSecret(String label) {
        return label.contains("PRIVATE KEY") || label.equals("PGP MESSAGE");
    }
}
