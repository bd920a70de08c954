package dev.imdsanalyzer.kernel.bpf;

import java.io.Closeable;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds where members lie in the running kernel's structs, from its BTF (Documentation/bpf/btf.rst).
 *
 * <pre>
 * header   0 u16 magic 0xEB9F   2 u8 version   3 u8 flags   4 u32 hdr_len
 *          8 u32 type_off  12 u32 type_len  16 u32 str_off  20 u32 str_len    (offsets from the header's end)
 * type     0 u32 name_off   4 u32 info (bits 0-15 vlen, 24-28 kind, 31 kind_flag)   8 u32 size or type; then by kind
 * member   0 u32 name_off   4 u32 type   8 u32 offset in bits (with kind_flag: bits 0-23 of it)
 * </pre>
 *
 * The file has some 5 MB and 100 000 types. It is read in pieces: the strings once to find the numbers of the few names
 * wanted, the types once to find where each starts (4 bytes a type are kept until {@link #close}).
 */
public final class BtfReader implements Closeable {
    public static final Path KERNEL = Path.of("/sys/kernel/btf/vmlinux");

    private static final int MAGIC = 0xEB9F;
    private static final int HEADER_BYTES = 24;
    private static final int TYPE_BYTES = 12;
    private static final int MEMBER_BYTES = 12;
    private static final int KIND_STRUCT = 4;
    private static final int KIND_UNION = 5;
    private static final int MAXIMUM_NESTING = 16;
    private static final int PIECE_BYTES = 64 * 1024;
    private static final int UNKNOWN = -1;

    private final FileChannel file;
    private final long typeStart;
    private final int typeLength;
    private final long stringStart;
    private final int stringLength;
    /** Name to its offset among the strings. */
    private final Map<String, Integer> names = new HashMap<>();
    /** The same offsets, ascending: asked for each type. */
    private int[] nameOffsets = {};
    /** Name offset of a struct to its type number. */
    private final Map<Integer, Integer> structs = new HashMap<>();
    /** Where type i+1 starts among the types. */
    private int[] positions = new int[1 << 16];

    private int typeCount;
    private final ByteBuffer small = ByteBuffer.allocate(TYPE_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /**
     * Opens and indexes a BTF file.
     *
     * @param wanted the names of all structs and members that will be asked for
     * @throws IOException also for a file that is no BTF of a known kind
     */
    public BtfReader(Path path, Collection<String> wanted) throws IOException {
        file = FileChannel.open(path, StandardOpenOption.READ);
        try {
            ByteBuffer header = read(0, ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN));
            if ((header.getShort(0) & 0xFFFF) != MAGIC) {
                throw new IOException("no BTF in this machine's byte order: " + path);
            }
            long base = header.getInt(4) & 0xFFFFFFFFL;
            typeStart = base + (header.getInt(8) & 0xFFFFFFFFL);
            typeLength = header.getInt(12);
            stringStart = base + (header.getInt(16) & 0xFFFFFFFFL);
            stringLength = header.getInt(20);
            if (typeLength < 0 || stringLength < 0) {
                throw new IOException("BTF too large: " + path);
            }
            findNames(wanted);
            nameOffsets =
                    names.values().stream().mapToInt(Integer::intValue).sorted().toArray();
            indexTypes();
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Bytes from the start of a struct to a member, or to a member of a member held by value; anonymous structs and
     * unions on the way are looked through.
     *
     * @return -1 when this kernel has no such struct or member, or it is a bit field
     */
    public int offset(String struct, String... path) throws IOException {
        Integer name = names.get(struct);
        Integer type = name == null ? null : structs.get(name);
        if (type == null) {
            return UNKNOWN;
        }
        int bits = 0;
        int current = type;
        for (String member : path) {
            Integer memberName = names.get(member);
            Member found = memberName == null ? null : find(current, memberName, 0);
            if (found == null) {
                return UNKNOWN;
            }
            bits += found.bits();
            current = found.type();
        }
        return bits % 8 == 0 ? bits / 8 : UNKNOWN;
    }

    private record Member(int bits, int type) {}

    /** Searches a struct or union; null if it has no such member. */
    private Member find(int type, int name, int depth) throws IOException {
        int composite = withoutModifiers(type);
        if (composite == 0 || depth > MAXIMUM_NESTING) {
            return null;
        }
        ByteBuffer head = type(composite);
        int info = head.getInt(4);
        if (kind(info) != KIND_STRUCT && kind(info) != KIND_UNION) {
            return null;
        }
        int count = info & 0xFFFF;
        boolean bitFields = info < 0;
        long start = typeStart + positions[composite - 1] + TYPE_BYTES;
        ByteBuffer members =
                read(start, ByteBuffer.allocate(count * MEMBER_BYTES).order(ByteOrder.LITTLE_ENDIAN));
        for (int at = 0; at < count * MEMBER_BYTES; at += MEMBER_BYTES) {
            int memberName = members.getInt(at);
            int bits = members.getInt(at + 8);
            boolean bitField = bitFields && bits >>> 24 != 0;
            if (bitFields) {
                bits &= 0xFFFFFF;
            }
            if (memberName == name) {
                return bitField ? null : new Member(bits, members.getInt(at + 4));
            }
            Member inner = memberName == 0 ? find(members.getInt(at + 4), name, depth + 1) : null;
            if (inner != null) {
                return new Member(bits + inner.bits(), inner.type());
            }
        }
        return null;
    }

    /** Follows typedef, volatile, const, restrict and type tags; 0 if they lead nowhere. */
    private int withoutModifiers(int type) throws IOException {
        int current = type;
        for (int depth = 0; depth < MAXIMUM_NESTING && current > 0 && current <= typeCount; depth++) {
            ByteBuffer head = type(current);
            switch (kind(head.getInt(4))) {
                case 8, 9, 10, 11, 18 -> current = head.getInt(8);
                default -> {
                    return current;
                }
            }
        }
        return 0;
    }

    private ByteBuffer type(int number) throws IOException {
        return read(typeStart + positions[number - 1], small.clear());
    }

    private static int kind(int info) {
        return info >>> 24 & 0x1F;
    }

    /** Bytes that follow a type's first twelve. */
    private static int extraBytes(int info) throws IOException {
        int count = info & 0xFFFF;
        return switch (kind(info)) {
            case 2, 7, 8, 9, 10, 11, 12, 16, 18 -> 0; // PTR FWD TYPEDEF VOLATILE CONST RESTRICT FUNC FLOAT TYPE_TAG
            case 1, 14, 17 -> 4; // INT VAR DECL_TAG
            case 3 -> 12; // ARRAY
            case 6, 13 -> 8 * count; // ENUM FUNC_PROTO
            case KIND_STRUCT, KIND_UNION, 15, 19 -> 12 * count; // and DATASEC ENUM64
            default -> throw new IOException("BTF has a kind of type that is not known here: " + kind(info));
        };
    }

    private void indexTypes() throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int position = 0;
        while (position + TYPE_BYTES <= typeLength) {
            read(typeStart + position, piece.clear().limit(Math.min(PIECE_BYTES, typeLength - position)));
            int at = 0;
            while (at + TYPE_BYTES <= piece.limit()) {
                int info = piece.getInt(at + 4);
                remember(position + at, piece.getInt(at), info);
                at += TYPE_BYTES + extraBytes(info);
            }
            position += at;
        }
    }

    private void remember(int position, int name, int info) {
        if (typeCount == positions.length) {
            positions = Arrays.copyOf(positions, 2 * typeCount);
        }
        positions[typeCount++] = position;
        if (name != 0 && kind(info) == KIND_STRUCT && Arrays.binarySearch(nameOffsets, name) >= 0) {
            structs.putIfAbsent(name, typeCount);
        }
    }

    private void findNames(Collection<String> wanted) throws IOException {
        Map<Integer, String> byHash = new HashMap<>();
        for (String name : wanted) {
            byHash.put(name.hashCode(), name);
        }
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        int hash = 0;
        int start = 0;
        for (int position = 0; position < stringLength; position += piece.limit()) {
            read(stringStart + position, piece.clear().limit(Math.min(PIECE_BYTES, stringLength - position)));
            byte[] bytes = piece.array();
            for (int i = 0; i < piece.limit(); i++) {
                if (bytes[i] != 0) {
                    hash = 31 * hash + bytes[i];
                    continue;
                }
                String candidate = hash == 0 ? null : byHash.get(hash);
                if (candidate != null && position + i - start == candidate.length() && isAt(start, candidate)) {
                    names.putIfAbsent(candidate, start);
                }
                hash = 0;
                start = position + i + 1;
            }
        }
    }

    private boolean isAt(int start, String name) throws IOException {
        ByteBuffer text = read(stringStart + start, ByteBuffer.allocate(name.length()));
        return name.equals(new String(text.array(), StandardCharsets.US_ASCII));
    }

    /** Fills the buffer up to its limit from a place in the file and flips it. */
    private ByteBuffer read(long position, ByteBuffer into) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int bytes = file.read(into, at);
            if (bytes <= 0) {
                throw new IOException("BTF is cut short", new BufferUnderflowException());
            }
            at += bytes;
        }
        return into.flip();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
