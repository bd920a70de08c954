package dev.imdsanalyzer.output;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.output.line.call.CallLine;
import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.Caller;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What makes two calls equal: the same program, started the same way for the same user in the same place, that asked for
 * the same with the same result; pid and port may differ. A digest of all that, so that it takes 16 bytes however long the
 * texts are, and nobody can make other texts with the same one.
 */
record FoldingKey(long high, long low) {
    /** Makes keys. One thread. */
    static final class Maker {
        private final MessageDigest digest;
        private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

        Maker() {
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every Java platform has SHA-256", e);
            }
        }

        FoldingKey of(CallLine line) {
            addCaller(line);
            addCall(line.call());
            ByteBuffer hash = ByteBuffer.wrap(digest.digest());
            return new FoldingKey(hash.getLong(), hash.getLong());
        }

        private void addCaller(CallLine line) {
            Caller caller = line.caller();
            add(line.identity() == null ? null : line.identity().fingerprint());
            add(caller.commandLine());
            for (Ancestor ancestor : caller.ancestors()) {
                add(ancestor.name());
            }
            add(caller.ancestors().size());
            add(caller.containerId());
            add(caller.proxy() == null ? -1 : caller.proxy().pid());
            add(caller.userId());
            add(caller.commandLine() == null ? line.call().fourTuple().client().toString() : null);
        }

        private void addCall(ImdsCall call) {
            add(call.version().ordinal());
            add(call.method());
            add(call.path());
            add(call.query());
            add(call.status());
            add(call.userAgent());
            add(call.detail());
            long findings = 0;
            for (Finding finding : call.findings()) {
                findings |= 1L << finding.ordinal();
            }
            add(findings);
        }

        /** With its length before it, so that no two rows of texts look alike. */
        private void add(String text) {
            if (text == null) {
                add(-1);
                return;
            }
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            add(bytes.length);
            digest.update(bytes);
        }

        private void add(long value) {
            digest.update(number.putLong(0, value).array());
        }
    }
}
