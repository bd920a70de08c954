package dev.imdsanalyzer.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Numbers of include/uapi/linux/netlink.h and inet_diag.h, the same on every 64-bit machine. */
class InetDiagLayoutTest {
    @Test
    void sizesAndOffsetsAreThoseOfTheHeaders() {
        assertThat(NetlinkHeader.SIZE).isEqualTo(16);
        assertThat(SocketIdentity.SIZE).isEqualTo(48);
        assertThat(SocketIdentity.SOURCE).isEqualTo(4);
        assertThat(SocketIdentity.DESTINATION).isEqualTo(20);
        assertThat(SocketIdentity.INTERFACE).isEqualTo(36);
        assertThat(SocketIdentity.COOKIE).isEqualTo(40);
        assertThat(InetDiagRequest.BODY_SIZE).isEqualTo(56);
        assertThat(InetDiagMessage.SIZE).isEqualTo(72);
        assertThat(InetDiagMessage.ID).isEqualTo(4);
        assertThat(InetDiagMessage.USER_ID).isEqualTo(64);
        assertThat(InetDiagMessage.INODE).isEqualTo(68);
    }

    @Test
    void writesPortsAndAddressesInNetworkOrderAndTheRestInTheMachines() {
        ByteBuffer buffer = ByteBuffer.allocate(InetDiagRequest.SIZE).order(ByteOrder.nativeOrder());
        InetDiagRequest.put(buffer, new SocketIdentity(false, 0, 0x7F000001L, 0x1234, 0, 0xA9FEA9FEL, 80), 7, false);
        assertThat(buffer.getInt(0)).isEqualTo(72);
        assertThat(buffer.getShort(4)).isEqualTo((short) 20);
        assertThat(buffer.getShort(6)).isEqualTo((short) 1);
        assertThat(buffer.getInt(8)).isEqualTo(7);
        assertThat(buffer.get(16)).isEqualTo((byte) 2);
        assertThat(buffer.get(17)).isEqualTo((byte) 6);
        buffer.order(ByteOrder.BIG_ENDIAN);
        assertThat(buffer.getShort(24)).isEqualTo((short) 0x1234);
        assertThat(buffer.getShort(26)).isEqualTo((short) 80);
        assertThat(buffer.getInt(28)).isEqualTo(0x7F000001);
        assertThat(buffer.getInt(32)).isZero();
        assertThat(buffer.getInt(44)).isEqualTo(0xA9FEA9FE);
        assertThat(buffer.getLong(64)).isEqualTo(-1);
    }

    @Test
    void readsOnlyTheAnswerAboutTheConnectionAskedFor() {
        SocketIdentity identity = new SocketIdentity(true, 1, 2, 3, 4, 5, 6);
        ByteBuffer buffer = ByteBuffer.allocate(InetDiagMessage.SIZE).order(ByteOrder.nativeOrder());
        buffer.put(0, (byte) 10);
        buffer.put(1, (byte) 2);
        identity.put(buffer, InetDiagMessage.ID);
        buffer.putInt(64, 1000);
        buffer.putInt(68, -2);
        assertThat(InetDiagMessage.read(buffer, 0, InetDiagMessage.SIZE, identity))
                .isEqualTo(new InetDiagMessage(2, 1000, 0xFFFFFFFEL, 0));
        assertThat(InetDiagMessage.read(buffer, 0, InetDiagMessage.SIZE, new SocketIdentity(true, 1, 2, 3, 4, 5, 7)))
                .isNull();
        buffer.put(1, (byte) InetDiagMessage.TCP_LISTEN);
        assertThat(InetDiagMessage.read(buffer, 0, InetDiagMessage.SIZE, identity))
                .isNull();
    }
}
