package dev.imdsanalyzer.live;

import static dev.imdsanalyzer.live.ImdsScene.curl;
import static dev.imdsanalyzer.live.ImdsScene.url;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Proxies beside the program in its pod's network, as meshes have them: what they pass on bears the program's name. */
@LiveTest
class SidecarIT extends RelayCases {
    private static final String REDIRECT_IPV6 = """
            table ip6 relay { chain out { type nat hook output priority -100;
                meta skuid 65534 ip6 daddr fd00:ec2::254 tcp dport 80 redirect to :8181; }; }
            """;

    /** A proxy of the host that takes connections with IMDS's own address; as Cilium and others do it. */
    private static final String TRANSPARENT = """
            table ip relay { chain before { type filter hook prerouting priority mangle;
                ip saddr 172.17.0.2 ip daddr 169.254.169.254 tcp dport 80 tproxy to 127.0.0.1:8181 meta mark set 1 accept; }; }
            """;

    @Test
    void sidecarThatStillHasTheProgramsConnectionIsLinkedWithIt() {
        Process sidecar = proxy(pod, "0.0.0.0", 8181, "forward");
        pod.feed(REDIRECT, "nft", "-f", "-");

        LogLine line = lineOf("beside", this::curlFromThePod);
        assertBehind(line, sidecar.pid(), BEHIND);
        assertThat(line.text("proxy.process.script").orElse("")).endsWith("local_proxy.py");
        assertThat(line.text("user.id")).contains("65534");
        assertNothingUnseen();
    }

    private void curlFromThePod(String query) {
        assertThat(curlAsNobody(pod, url("/latest/meta-data/ami-id?" + query))).startsWith("ami-");
    }

    @Test
    void sidecarOverIpv6IsLinkedToo() {
        Process sidecar = proxy(pod, "::", 8181, "forward6");
        pod.feed(REDIRECT_IPV6, "nft", "-f", "-");

        LogLine line = lineOf(
                "six",
                query -> assertThat(curlAsNobody(pod, "http://[fd00:ec2::254]/latest/meta-data/ami-id?" + query))
                        .startsWith("ami-"));

        assertBehind(line, sidecar.pid(), BEHIND);
        assertNothingUnseen();
    }

    @Test
    void whatTheSidecarAsksForItselfIsItsOwn() {
        Process sidecar = proxy(pod, "0.0.0.0", 8181, "own-later");

        LogLine line = line("proxys-own");
        assertThat(line.number("process.pid")).contains(sidecar.pid());
        assertThat(line.number("proxy.process.pid")).isEmpty();
        assertThat(line.text("attribution.reason").orElse("")).doesNotContain("passes on");
    }

    @Test
    void twoProgramsThatAskTheSidecarAtOneTimeLeaveItTheCallerWithTheReason() {
        Process sidecar = proxy(pod, "0.0.0.0", 8181, "slow-forward");
        pod.feed(REDIRECT, "nft", "-f", "-");
        List<String> command = asNobody();
        command.add(url("/latest/meta-data/ami-id?both"));
        List<Process> callers = List.of("one", "two").stream()
                .map(name -> Processes.start(pod.command(command)))
                .toList();
        callers.forEach(caller -> assertThat(Processes.exits(caller, LIMIT)).isTrue());

        assertThat(lines("both", 2)).allSatisfy(line -> {
            assertThat(line.number("process.pid")).as(line.raw()).contains(sidecar.pid());
            assertThat(line.text("attribution.reason").orElse("")).contains("passes on what others ask");
        });
        assertNothingUnseen();
    }

    @Test
    void sidecarThatAnswersByItselfLeavesAConnectThatWasNotShown() {
        proxy(pod, "0.0.0.0", 8181, "answer");
        pod.feed(REDIRECT, "nft", "-f", "-");

        assertThat(curlAsNobody(pod, url("/latest/meta-data/ami-id"))).isEqualTo("local");

        assertThat(unseen()).singleElement().satisfies(gap -> {
            assertThat(gap.text("event.reason").orElse(""))
                    .contains("seen by the kernel whose packets the capture does not show", "1 by " + BEHIND + "[");
            assertThat(gap.text("level")).contains("WARN");
        });
        assertThat(analyzer.requests()).isEmpty();
        analyzer.stop();
        String report = Processes.output(
                new ProcessBuilder(
                        Analyzer.command("report", folder.resolve("imds.jsonl").toString())),
                LIMIT);
        assertThat(report).contains("WATCH LONGER").containsPattern("[0-9] connects? to IMDS that the kernel saw");
    }

    @Test
    void haproxyAsSidecarIsLinked() throws IOException {
        Assumptions.assumeTrue(DebianPrograms.available(), "no Debian packages here");
        Path configuration = Files.writeString(folder.resolve("haproxy.cfg"), """
                global
                defaults
                    mode http
                    timeout connect 5s
                    timeout client 10s
                    timeout server 10s
                listen imds
                    bind 0.0.0.0:8181
                    server imds 169.254.169.254:80
                """);
        server(
                pod,
                DebianPrograms.command(
                        "haproxy",
                        List.of("haproxy", "liblua5.3-0", "libopentracing-c-wrapper0", "libopentracing1"),
                        "-V",
                        "-db",
                        "-f",
                        configuration.toString()),
                "Available polling");
        pod.feed(REDIRECT, "nft", "-f", "-");

        LogLine line = lineOf("haproxy", this::curlFromThePod);
        assertThat(line.text("process.name")).as(line.raw()).contains(BEHIND);
        assertThat(line.text("proxy.process.name")).contains("haproxy");
        assertNothingUnseen();
    }

    @Test
    void nginxAsSidecarIsLinkedByItsWorker() throws IOException {
        Assumptions.assumeTrue(DebianPrograms.available(), "no Debian packages here");
        Path configuration = Files.writeString(folder.resolve("nginx.conf"), """
                daemon off; user root; pid %1$s/nginx.pid; error_log stderr notice; worker_processes 1;
                events {}
                http {
                    access_log off; client_body_temp_path %1$s/b; proxy_temp_path %1$s/p; fastcgi_temp_path %1$s/f;
                    uwsgi_temp_path %1$s/u; scgi_temp_path %1$s/s;
                    server { listen 8181; location / { proxy_pass http://169.254.169.254:80; } }
                }
                """.formatted(folder));
        server(
                pod,
                DebianPrograms.command(
                        "nginx",
                        List.of("nginx-light", "nginx", "nginx-common", "libpcre2-8-0", "libssl3", "libcrypt1"),
                        "-e",
                        "stderr",
                        "-c",
                        configuration.toString()),
                "start worker process ");
        pod.feed(REDIRECT, "nft", "-f", "-");

        LogLine line = lineOf("nginx", this::curlFromThePod);
        assertThat(line.text("process.name")).as(line.raw()).contains(BEHIND);
        assertThat(line.text("proxy.process.name")).contains("nginx");
        assertNothingUnseen();
    }

    @Test
    void socatThatForksForEachConnectionIsLinkedByItsChild() {
        Assumptions.assumeTrue(DebianPrograms.available(), "no Debian packages here");
        server(
                pod,
                DebianPrograms.command(
                        "socat",
                        List.of("socat", "libwrap0", "libssl3", "libreadline8", "libnsl2", "libtirpc3"),
                        "-d",
                        "-d",
                        "TCP-LISTEN:8181,fork,reuseaddr",
                        "TCP:169.254.169.254:80"),
                "listening on");
        pod.feed(REDIRECT, "nft", "-f", "-");

        LogLine line = lineOf("socat", this::curlFromThePod);
        assertThat(line.text("process.name")).as(line.raw()).contains(BEHIND);
        assertThat(line.text("proxy.process.name")).contains("socat");
        assertNothingUnseen();
    }

    @Test
    void transparentProxyOfTheHostIsNamedAndLinked() {
        Process proxy = proxy("127.0.0.1", 8181, "transparent-forward");
        host.run("sh", "-c", "ip rule add fwmark 1 lookup 100 && ip route add local 0.0.0.0/0 dev lo table 100");
        // Where bridges call iptables, the socket that was found is lost again on the way up.
        host.run("sh", "-c", "cd /proc/sys/net/bridge 2>/dev/null && echo 0 >bridge-nf-call-iptables; true");
        host.feed(TRANSPARENT, "nft", "-f", "-");

        assertThat(curl(pod, url("/latest/meta-data/ami-id?transparent"))).startsWith("ami-");

        List<LogLine> legs = lines("transparent", 2);
        LogLine inner = legs.stream().filter(RelayCases::isLocal).findFirst().orElseThrow();
        LogLine outer = legs.stream().filter(line -> !isLocal(line)).findFirst().orElseThrow();
        assertAnsweredBy(proxy, inner);
        assertBehind(outer, proxy.pid(), "curl");
    }
}
