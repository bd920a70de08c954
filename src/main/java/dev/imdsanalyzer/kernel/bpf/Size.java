package dev.imdsanalyzer.kernel.bpf;

/** Widths of loads and stores. */
enum Size {
    BYTE(1, 0x10),
    HALF(2, 0x08),
    WORD(4, 0x00),
    DOUBLE(8, 0x18);

    private final int bytes;
    private final int code;

    Size(int bytes, int code) {
        this.bytes = bytes;
        this.code = code;
    }

    int bytes() {
        return bytes;
    }

    int code() {
        return code;
    }

    static Size of(int bytes) {
        return switch (bytes) {
            case 1 -> BYTE;
            case 2 -> HALF;
            case 4 -> WORD;
            case 8 -> DOUBLE;
            default -> throw new IllegalArgumentException("no load of " + bytes + " bytes");
        };
    }

    /** The widest access that is aligned at all of these offsets and not longer than {@code limit}. */
    static Size widest(int offsets, int limit) {
        for (int bytes = 8; bytes > 1; bytes /= 2) {
            if (offsets % bytes == 0 && bytes <= limit) {
                return of(bytes);
            }
        }
        return BYTE;
    }
}
