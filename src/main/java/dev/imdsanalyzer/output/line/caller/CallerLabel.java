package dev.imdsanalyzer.output.line.caller;

import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.output.text.SafeText;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.secrets.SecretRedactor;

/** What a person would call a caller, for diagnostics: as {@code caller.label} has it, in one line that is safe to print. */
public final class CallerLabel {
    private static final int MAX_BYTES = 512;
    private static final String UNKNOWN = "an unknown caller";

    private CallerLabel() {}

    /** Never null. */
    public static String of(Caller caller, ImdsCall call) {
        CallerIdentity identity = CallerIdentity.of(caller, call);
        return identity == null ? UNKNOWN : SafeText.of(SecretRedactor.redact(identity.label()), MAX_BYTES);
    }
}
