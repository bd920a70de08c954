package dev.imdsanalyzer.output.line;

import dev.imdsanalyzer.process.Caller;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The members of a line that tell of its caller, as text. They are most of a line and equal for all calls of a connection,
 * and but for the numbers of processes for all callers of a kind, so the newest are kept. Direct-mapped, at most {@value
 * #SLOTS} of {@value #MAX_KEPT_BYTES} bytes. One thread.
 */
final class CallerMembers {
    private static final int SLOTS = 64;
    private static final int MAX_KEPT_BYTES = 8192;

    private final Slot[] slots = new Slot[SLOTS];
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final JsonFactory factory = new JsonFactory();
    private final LineJson fields = new LineJson();
    private final MemberText text = new MemberText();

    private record Slot(Caller caller, CallerIdentity identity, MemberTemplate members) {}

    /**
     * Writes them, each with a comma before it, as they follow others.
     *
     * @param halvings as {@link LineJson#halve} takes them; with any, nothing is kept
     */
    void write(CallLine line, int halvings, JsonGenerator generator) {
        fields.halve(halvings);
        if (halvings > 0) {
            text.start();
            text.append(encoded(line, line.caller));
            text.writeTo(generator);
            return;
        }
        template(line).write(line.caller, text);
        text.writeTo(generator);
    }

    private MemberTemplate template(CallLine line) {
        int index = (line.caller.likeHash() ^ System.identityHashCode(line.identity)) & SLOTS - 1;
        Slot slot = slots[index];
        if (slot != null && isFor(slot, line)) {
            return slot.members;
        }
        MemberTemplate members = line.caller.kind() == null
                ? MemberTemplate.fixed(encoded(line, line.caller))
                : MemberTemplate.of(encoded(line, MemberTemplate.standIn(line.caller)));
        if (members.length() <= MAX_KEPT_BYTES && line.caller.weight() <= IdentityMemo.MAX_KEPT_BYTES) {
            slots[index] = new Slot(line.caller, line.identity, members);
        }
        return members;
    }

    // Comparing two identities field by field would cost what the memory saves.
    @SuppressWarnings("ReferenceEquality")
    private static boolean isFor(Slot slot, CallLine line) {
        return slot.identity == line.identity && slot.caller.isLike(line.caller);
    }

    private byte[] encoded(CallLine line, Caller caller) {
        bytes.reset();
        try (JsonGenerator generator = factory.createGenerator(ObjectWriteContext.empty(), bytes)) {
            generator.writeStartObject();
            fields.begin(generator);
            CallerFields.write(caller, line.identity, fields);
            fields.end();
            generator.writeEndObject();
        }
        byte[] object = bytes.toByteArray();
        // The members alone: the first brace gives way to a comma, the last one goes.
        object[0] = ',';
        return Arrays.copyOf(object, object.length - 1);
    }
}
