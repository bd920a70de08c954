package dev.imdsanalyzer.live;

import static dev.imdsanalyzer.live.ImdsScene.url;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Networks of rootless containers, whose packets a program of the host carries on: slirp4netns and pasta. */
@LiveTest
class TunnelIT extends RelayCases {
    private NetworkNamespace rootless;

    @BeforeEach
    void makeNetwork() {
        Assumptions.assumeTrue(DebianPrograms.available(), "no Debian packages here");
        rootless = keep(NetworkNamespace.create());
        rootless.ip("link set lo up");
    }

    private Process slirp4netns(String... options) {
        List<String> command = DebianPrograms.command(
                "slirp4netns", List.of("slirp4netns", "libslirp0", "libglib2.0-0", "libseccomp2"), options);
        command.addAll(List.of("--configure", "--mtu=1500", "" + rootless.pid(), "tap0"));
        return server(host, command, "received tapfd");
    }

    private String call(String address) {
        List<String> command = new ArrayList<>(curlOfOurs());
        command.add(address);
        return rootless.run(command.toArray(String[]::new));
    }

    @Test
    void programBehindSlirp4netnsIsTheCaller() {
        Process relay = slirp4netns();

        assertThat(call(url("/latest/meta-data/ami-id?slirp"))).startsWith("ami-");

        LogLine line = line("slirp");
        assertBehind(line, relay.pid(), BEHIND);
        assertThat(line.text("proxy.process.name")).contains("slirp4netns");
        assertThat(line.text("attribution.reason").orElse("")).contains("by the time of its own connect");
        assertNothingUnseen();
    }

    @Test
    void oneProgramsManyCallsOnOneConnectionAreAllItsOwn() {
        Process relay = slirp4netns();

        call(url("/latest/meta-data/ami-id?kept.[1-5]"));

        IntStream.rangeClosed(1, 5).forEach(number -> assertBehind(line("kept." + number), relay.pid(), BEHIND));
        assertNothingUnseen();
    }

    @Test
    void programsOneAfterAnotherAreEachNamed() {
        Process relay = slirp4netns();

        IntStream.rangeClosed(1, 6).forEach(number -> call(url("/latest/x?turn." + number)));

        List<LogLine> lines = IntStream.rangeClosed(1, 6)
                .mapToObj(number -> line("turn." + number))
                .toList();
        lines.forEach(line -> assertBehind(line, relay.pid(), BEHIND));
        assertThat(lines.stream().map(line -> line.number("process.pid")).distinct())
                .hasSize(6);
    }

    @Test
    void callsAtOneTimeNeverBearAWrongNameAndNoneIsMissing() {
        Process relay = slirp4netns();
        rootless.run(
                "sh",
                "-c",
                "for i in 1 2 3 4 5 6 7 8; do " + String.join(" ", curlOfOurs()) + " '" + url("/latest/x?at.")
                        + "'$i -A caller-$i >/dev/null & done; wait");

        for (int number = 1; number <= 8; number++) {
            String own = "caller-" + number;
            LogLine line = line("at." + number);
            boolean named = line.number("proxy.process.pid").isPresent();
            if (named) {
                assertThat(line.text("process.command_line").orElse(""))
                        .as(line.raw())
                        .contains(own);
            } else {
                assertThat(line.number("process.pid")).as(line.raw()).contains(relay.pid());
                assertThat(line.text("attribution.reason").orElse("")).contains("passes on what others ask");
            }
        }
        assertNothingUnseen();
    }

    /** As an ordinary user runs it, who has to be allowed the device: here in a mount namespace of its own. */
    @Test
    void programBehindPastaIsTheCaller() {
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs tmpfs /dev/net && mknod /dev/net/tun c 10 200 && chmod 666 /dev/net/tun && exec \"$@\"",
                "sh",
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups"));
        command.addAll(DebianPrograms.command(
                "pasta",
                List.of("passt"),
                "--config-net",
                "-f",
                "-i",
                "eth0",
                "-a",
                "10.0.0.10",
                "-n",
                "24",
                "-g",
                "10.0.0.1",
                "-t",
                "none",
                "-u",
                "none",
                "-T",
                "none",
                "-U",
                "none",
                "--",
                "sh",
                "-c",
                String.join(" ", curlOfOurs()) + " '" + url("/latest/meta-data/ami-id?pasta") + "'; echo; sleep 5"));
        server(host, command, "ami-");

        LogLine line = line("pasta");
        assertThat(line.text("process.name")).as(line.raw()).contains(BEHIND);
        assertThat(line.text("proxy.process.name").orElse("")).startsWith("pas");
        assertNothingUnseen();
    }
}
