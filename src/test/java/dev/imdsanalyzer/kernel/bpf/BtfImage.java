package dev.imdsanalyzer.kernel.bpf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes small BTF files. Types are numbered from 1 in the order in which they are added. */
final class BtfImage {
    private final ByteBuffer types = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
    private final Map<String, Integer> offsets = new LinkedHashMap<>();

    BtfImage() {
        strings.write(0);
    }

    /** Name null for an anonymous member; an offset in bits. */
    record Member(String name, int type, int bits) {}

    BtfImage type(int kind, String name, int sizeOrType, int... extra) {
        types.putInt(name(name)).putInt(kind << 24).putInt(sizeOrType);
        for (int word : extra) {
            types.putInt(word);
        }
        return this;
    }

    BtfImage composite(int kind, String name, int size, boolean kindFlag, Member... members) {
        types.putInt(name(name))
                .putInt(members.length | kind << 24 | (kindFlag ? 1 << 31 : 0))
                .putInt(size);
        for (Member member : members) {
            types.putInt(name(member.name())).putInt(member.type()).putInt(member.bits());
        }
        return this;
    }

    /** Text that no type uses, to move the others about. */
    BtfImage filler(int bytes) {
        name("x".repeat(bytes - 1));
        return this;
    }

    Path write(Path folder) throws IOException {
        int typeBytes = types.position();
        byte[] text = strings.toByteArray();
        ByteBuffer file = ByteBuffer.allocate(24 + typeBytes + text.length).order(ByteOrder.LITTLE_ENDIAN);
        file.putShort((short) 0xEB9F).put((byte) 1).put((byte) 0).putInt(24);
        file.putInt(0).putInt(typeBytes).putInt(typeBytes).putInt(text.length);
        file.put(types.array(), 0, typeBytes).put(text);
        return Files.write(folder.resolve("btf"), file.array());
    }

    private int name(String name) {
        if (name == null) {
            return 0;
        }
        return offsets.computeIfAbsent(name, text -> {
            int offset = strings.size();
            strings.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
            strings.write(0);
            return offset;
        });
    }
}
