package dev.imdsanalyzer.output.line;

import dev.imdsanalyzer.process.Caller;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.JsonFactory;

/**
 * The members of a line that tell of its caller, as text. They are most of a line and equal for all calls of a connection,
 * and of a process that calls again soon, so the newest are kept. Direct-mapped, at most {@value #SLOTS} of
 * {@value #MAX_KEPT_CHARS} characters. One thread.
 */
final class CallerMembers {
    private static final int SLOTS = 64;
    private static final int MAX_KEPT_CHARS = 8192;

    private final Slot[] slots = new Slot[SLOTS];
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final JsonFactory factory = new JsonFactory();
    private final LineJson fields = new LineJson();

    private record Slot(Caller caller, CallerIdentity identity, SerializedString members) {}

    /**
     * With a comma before each member, as they follow others.
     *
     * @param halvings as {@link LineJson#halve} takes them; with any, nothing is kept
     */
    SerializedString of(CallLine line, int halvings) {
        fields.halve(halvings);
        if (halvings > 0) {
            return write(line);
        }
        int index = (System.identityHashCode(line.caller) ^ System.identityHashCode(line.identity)) & SLOTS - 1;
        Slot slot = slots[index];
        if (slot != null && isFor(slot, line)) {
            return slot.members;
        }
        SerializedString members = write(line);
        if (members.charLength() <= MAX_KEPT_CHARS && line.caller.weight() <= IdentityMemo.MAX_KEPT_BYTES) {
            slots[index] = new Slot(line.caller, line.identity, members);
        }
        return members;
    }

    // Comparing two callers field by field would cost what the memory saves.
    @SuppressWarnings("ReferenceEquality")
    private static boolean isFor(Slot slot, CallLine line) {
        return slot.caller == line.caller && slot.identity == line.identity;
    }

    private SerializedString write(CallLine line) {
        bytes.reset();
        try (JsonGenerator generator = factory.createGenerator(ObjectWriteContext.empty(), bytes)) {
            generator.writeStartObject();
            fields.begin(generator);
            CallerFields.write(line, fields);
            fields.end();
            generator.writeEndObject();
        }
        byte[] object = bytes.toByteArray();
        object[0] = ',';
        return new SerializedString(new String(object, 0, object.length - 1, StandardCharsets.UTF_8));
    }
}
