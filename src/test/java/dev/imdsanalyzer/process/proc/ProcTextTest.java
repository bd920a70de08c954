package dev.imdsanalyzer.process.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts of /proc as Linux 6.18 on x86-64 gave them. */
class ProcTextTest {
    private static final String STAT =
            "6567 (cat) R 6558 6558 3598 0 -1 4194304 102 0 0 0 0 0 0 0 20 0 1 0 158894 3133440 384"
                    + " 18446744073709551615 94676738502656 94676738522537 140727234702000 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0"
                    + " 0 94676738538544 94676738540160 94677132558336 140727234706132 140727234706152 140727234706152"
                    + " 140727234707435 0\n";

    private static final String TCP = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1083 1 0000000030b7526b 100 0 0 10 0
               1: 0100007F:9C40 FEA9FEA9:0050 02 00000001:00000000 01:00000064 00000000  1000        0 34567 2 000000004ab0d2c1 100 0 0 10 -1
            """;

    @Test
    void readsTheIdentityOfAProcess() {
        assertThat(PidStat.parse(text(STAT))).isEqualTo(new PidStat(6567, "cat", 'R', 6558, 158894, 140727234706132L));
    }

    @Test
    void lastParenthesisEndsTheName() {
        PidStat stat = PidStat.parse(text(STAT.replace("(cat)", "(a) R 1 (b)")));
        assertThat(stat.name()).isEqualTo("a) R 1 (b");
        assertThat(stat.parentPid()).isEqualTo(6558);
    }

    @Test
    void malformedIdentityHasNoValue() {
        assertThat(PidStat.parse(null)).isNull();
        for (String text : List.of("", "1", "1 (", "1 (a", "1 (a)", "x (a) R 1 2 3", "1 (a) R x", ") (")) {
            assertThat(PidStat.parse(text(text))).as(text).isNull();
        }
        for (int length = 0; length <= STAT.indexOf("158894"); length++) {
            assertThat(PidStat.parse(text(STAT.substring(0, length)))).isNull();
        }
    }

    @Test
    void numbersPastTheirBoundsHaveNoValue() {
        for (String change : List.of("99999999999", "-1", "65 58", "0x1")) {
            assertThat(PidStat.parse(text(STAT.replace(" 6558 ", " " + change + " "))))
                    .satisfiesAnyOf(
                            stat -> assertThat(stat).isNull(),
                            stat -> assertThat(stat.parentPid()).isEqualTo(65));
        }
        assertThat(PidStat.parse(text(STAT.replace("158894", "99999999999999999999"))))
                .isNull();
        assertThat(PidStatus.parse(text("Tgid:\t1\nUid:\t4294967295\t4294967294\t0\nCapEff:\t8000000000000000\n")))
                .isEqualTo(new PidStatus(1, -1, 4294967294L, -1));
        assertThat(PidStatus.parse(text("Name:\tUid:\t7\nUid:\t1"))).isEqualTo(new PidStatus(-1, -1, -1, -1));
    }

    @Test
    void anExecIsAnotherProgramAndAReusedNumberAnotherProcess() {
        PidStat stat = PidStat.parse(text(STAT));
        assertThat(stat.sameProgram(PidStat.parse(text(STAT)))).isTrue();
        assertThat(stat.sameProgram(PidStat.parse(text(STAT.replace("140727234706132", "140727234706133")))))
                .isFalse();
        assertThat(stat.sameProgram(PidStat.parse(text(STAT.replace("158894", "158895")))))
                .isFalse();
        assertThat(stat.sameProgram(null)).isFalse();
    }

    @Test
    void readsTheEffectiveUserAndCapabilities() {
        String status = """
                Name:\tcat
                Tgid:\t6565
                Pid:\t6566
                PPid:\t6558
                Uid:\t1000\t1001\t1002\t1003
                CapEff:\t000001fffeffffff
                """;
        assertThat(PidStatus.parse(text(status))).isEqualTo(new PidStatus(6565, 6558, 1001, 0x1fffeffffffL));
        assertThat(PidStatus.parse(text("Uid:\nTgid:\tx\n"))).isEqualTo(new PidStatus(-1, -1, -1, -1));
        assertThat(PidStatus.parse(null)).isEqualTo(new PidStatus(-1, -1, -1, -1));
    }

    @Test
    void readsWhoLoggedIn() {
        assertThat(LoginUid.parse(text("1000"))).isEqualTo(1000);
        assertThat(LoginUid.parse(text("0\n"))).isZero();
        assertThat(LoginUid.parse(text("4294967295"))).isEqualTo(-1);
        assertThat(LoginUid.parse(text("x"))).isEqualTo(-1);
        assertThat(LoginUid.parse(null)).isEqualTo(-1);
    }

    @Test
    void readsArgumentsEmptyOnesIncluded() {
        assertThat(Cmdline.parse(text("curl\0\0http://h/\0"))).containsExactly("curl", "", "http://h/");
        assertThat(Cmdline.parse(text("prog\0\0"))).containsExactly("prog", "");
        assertThat(Cmdline.parse(text("cut"))).containsExactly("cut");
        assertThat(Cmdline.parse(text(""))).isEmpty();
        assertThat(Cmdline.parse(null)).isEmpty();
    }

    @Test
    void leavesATitleAsItIs() {
        List<String> title = Cmdline.parse(text("nginx: worker process\0\0\0\0\0"));
        assertThat(title).containsExactly("nginx: worker process");
        assertThat(Cmdline.quoted(title, 4096)).isEqualTo("nginx: worker process");
    }

    @Test
    void quotesForAShellAndCutsAtACodePoint() {
        assertThat(Cmdline.quoted(List.of("a", "", "b c", "it's", "$x", "é"), 4096))
                .isEqualTo("a '' 'b c' 'it'\\''s' '$x' é");
        assertThat(Cmdline.quoted(List.of(), 4096)).isNull();
        assertThat(Cmdline.cut("abcdefgh", 8)).isEqualTo("abcdefgh");
        assertThat(Cmdline.cut("abcdefghi", 8)).isEqualTo("abcde…");
        assertThat(Cmdline.cut("éééééééé", 8)).isEqualTo("éé…");
        assertThat(Cmdline.cut("\uD83D\uDE00".repeat(5), 8)).isEqualTo("\uD83D\uDE00…");
    }

    @Test
    void readsAConnectionOfTheTable() {
        String ends =
                new String(NetTcp.ends(false, 0, 0x7F000001L, 40000, 0, 0xA9FEA9FEL, 80), StandardCharsets.US_ASCII);
        String rest = TCP.substring(TCP.indexOf(ends) + ends.length(), TCP.length() - 1);
        assertThat(NetTcp.parse(text(rest))).isEqualTo(new NetTcp(2, 1000, 34567));
        assertThat(NetTcp.parse(text(rest.substring(0, 40)))).isNull();
        assertThat(NetTcp.parse(text(""))).isNull();
        assertThat(NetTcp.parse(null)).isNull();
    }

    @Test
    void readsWhoListensAndWhoseOtherEndItIsOutOfTables() {
        String table = """
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
                   0: 00000000:1FF5 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0000 100
                   1: FEA9FEA9:0050 020011AC:9C40 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0000 20
                   2: FEA9FEA9:0050 020011AC:9C""";
        List<NetTcp.Line> lines = NetTcp.lines(text(table), false);

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0).listens()).isTrue();
        assertThat(lines.get(1).listens()).isFalse();
        assertThat(lines.get(1).inode()).isEqualTo(222);
        assertThat(lines.get(1).hasRemote(false, 0, 0xAC110002L, 40000)).isTrue();
        assertThat(lines.get(1).hasRemote(false, 0, 0xAC110002L, 40001)).isFalse();
        assertThat(lines.get(1).hasRemote(true, 0, 0xAC110002L, 40000)).isFalse();
        assertThat(NetTcp.lines(null, true)).isEmpty();
        String mapped =
                "0: 0000000000000000FFFF0000FEA9FEA9:0050 0000000000000000FFFF0000020011AC:9C40 01 0:0 0:0 0 0 0 7";
        assertThat(NetTcp.lines(text(mapped), true).get(0).hasRemote(false, 0, 0xAC110002L, 40000))
                .isTrue();
    }

    @Test
    void writesAddressesAsALittleEndianMachineDoes() {
        assertThat(new String(
                        NetTcp.ends(true, 0xFD000EC200000000L, 0x254L, 0xABCD, 0, NetTcp.mapped(0x7F000001L), 80),
                        StandardCharsets.US_ASCII))
                .isEqualTo(" C20E00FD000000000000000054020000:ABCD 0000000000000000FFFF00000100007F:0050 ");
    }

    @Test
    void readsNamesOfUsers() {
        String passwd = """
                root:x:0:0:root:/root:/bin/bash
                #c:x:1:1::/:
                +nis:x:2:2::/:
                alice:x:1000:1000::/:
                toor:x:0:0::/:
                bad:x:y:0::/:
                :x:3:3::/:
                short
                """;
        assertThat(Passwd.name(text(passwd), 0)).isEqualTo("root");
        assertThat(Passwd.name(text(passwd), 1000)).isEqualTo("alice");
        assertThat(Passwd.name(text(passwd.strip()), 2)).isNull();
        assertThat(Passwd.name(text(passwd), 3)).isNull();
        assertThat(Passwd.name(null, 0)).isNull();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"root\u001b[31m", "a\u0000b", "tab\t", "\u007f"})
    void takesNoNameThatNoUserHas(String name) {
        assertThat(Passwd.name(text(name + ":x:1000:1000::/:/bin/sh\n"), 1000)).isNull();
        assertThat(Passwd.name(text("x".repeat(257) + ":x:1000:1000::/:/bin/sh\n"), 1000))
                .isNull();
        assertThat(Passwd.name(text("x".repeat(256) + ":x:1000:1000::/:/bin/sh\n"), 1000))
                .hasSize(256);
    }
}
