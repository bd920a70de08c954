package dev.imdsanalyzer.output.line.caller;

import dev.imdsanalyzer.output.line.field.LineJson;
import dev.imdsanalyzer.output.line.field.MemberText;
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
public final class CallerMembers {
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
     * @param identity null where neither a process nor a User-Agent is known
     * @param halvings as {@link LineJson#halve} takes them; with any, nothing is kept
     */
    public void write(Caller caller, CallerIdentity identity, int halvings, JsonGenerator generator) {
        fields.halve(halvings);
        if (halvings > 0) {
            text.start();
            text.append(encoded(caller, identity));
            text.writeTo(generator);
            return;
        }
        template(caller, identity).write(caller, text);
        text.writeTo(generator);
    }

    private MemberTemplate template(Caller caller, CallerIdentity identity) {
        int index = (caller.likeHash() ^ System.identityHashCode(identity)) & SLOTS - 1;
        Slot slot = slots[index];
        if (slot != null && isFor(slot, caller, identity)) {
            return slot.members;
        }
        MemberTemplate members = caller.kind() == null
                ? MemberTemplate.fixed(encoded(caller, identity))
                : MemberTemplate.of(encoded(MemberTemplate.standIn(caller), identity));
        if (members.length() <= MAX_KEPT_BYTES && caller.weight() <= IdentityMemo.MAX_KEPT_BYTES) {
            slots[index] = new Slot(caller, identity, members);
        }
        return members;
    }

    // Comparing two identities field by field would cost what the memory saves.
    @SuppressWarnings("ReferenceEquality")
    private static boolean isFor(Slot slot, Caller caller, CallerIdentity identity) {
        return slot.identity == identity && slot.caller.isLike(caller);
    }

    private byte[] encoded(Caller caller, CallerIdentity identity) {
        bytes.reset();
        try (JsonGenerator generator = factory.createGenerator(ObjectWriteContext.empty(), bytes)) {
            generator.writeStartObject();
            fields.begin(generator);
            CallerFields.write(caller, identity, fields);
            fields.end();
            generator.writeEndObject();
        }
        byte[] object = bytes.toByteArray();
        // The members alone: the first brace gives way to a comma, the last one goes.
        object[0] = ',';
        return Arrays.copyOf(object, object.length - 1);
    }
}
