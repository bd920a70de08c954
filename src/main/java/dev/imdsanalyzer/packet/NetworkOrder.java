package dev.imdsanalyzer.packet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Big-endian reads from a byte array, which is network byte order (RFC 1700). Bounds are checked by the array access. */
final class NetworkOrder {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private NetworkOrder() {}

    static int uint8(byte[] buffer, int index) {
        return buffer[index] & 0xFF;
    }

    static int uint16(byte[] buffer, int index) {
        return (short) SHORT.get(buffer, index) & 0xFFFF;
    }

    static int int32(byte[] buffer, int index) {
        return (int) INT.get(buffer, index);
    }

    static long int64(byte[] buffer, int index) {
        return (long) LONG.get(buffer, index);
    }
}
