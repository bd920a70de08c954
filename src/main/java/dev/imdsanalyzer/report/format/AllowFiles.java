package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.Amount;
import dev.imdsanalyzer.report.CallerGroup;
import dev.imdsanalyzer.report.InstanceVerdict;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.Times;
import dev.imdsanalyzer.report.TopTexts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Who was seen to call IMDS, as lists of who may: for this analyzer, for systemd by unit, for nftables by user. A name from a log
 * gets into one only in its own plain form, and never as a pattern; what has no such form is left out and told in a comment.
 * Source: systemd.resource-control(5), systemd.unit(5) (drop-ins of names cut after a dash), nft(8).
 */
public final class AllowFiles {
    static final String README = "README.md";
    static final String POLICY = "config-allow.yaml";
    static final String NFT = "imds.nft";
    static final String SYSTEMD = "systemd/";

    private static final String ADDRESSES = "169.254.169.254 fd00:ec2::254";
    private static final Pattern PLAIN = Pattern.compile("[ -~&&[^*?]]{1,1024}");
    private static final Pattern UNIT =
            Pattern.compile("[A-Za-z0-9:_.@\\\\][A-Za-z0-9:_.@\\\\-]{0,200}\\.(service|scope|slice)");
    private static final Pattern UNIT_OF_USER =
            Pattern.compile("user@[0-9]{1,10}\\.service/[A-Za-z0-9:_.@\\\\-]{1,200}\\.service");
    private static final Pattern USER_ID = Pattern.compile("[0-9]{1,9}|[1-3][0-9]{9}");
    private static final Pattern NOT_PLAIN = Pattern.compile("[^ -~]");
    private static final int LONGEST_COMMENT = 200;

    private final ReportData data;
    private final Map<String, String> files = new LinkedHashMap<>();
    private long leftOut;

    private AllowFiles(ReportData data) {
        this.data = data;
    }

    /** The files by name. */
    public static Map<String, String> of(ReportData data) {
        AllowFiles allow = new AllowFiles(data);
        String policy = allow.policy();
        allow.files.put(README, allow.readme());
        allow.files.put(POLICY, policy);
        allow.files.put(NFT, allow.nft());
        allow.units();
        return allow.files;
    }

    private String readme() {
        long boots = data.instances().stream().filter(InstanceVerdict::bootSeen).count();
        return "# Who may reach IMDS: the callers seen from " + Times.minutes(data.first()) + " to "
                + Times.minutes(data.asOf()) + " UTC\n\n"
                + "Everybody seen is in these lists, an intruder too: read them before they are used."
                + (data.newcomers().known()
                        ? " Callers that are new in the last days are marked NEW.\n"
                        : " The logs are too short to mark who is new.\n")
                + "A boot was watched on " + boots + " of "
                + Amount.of(data.instances().size(), "instance")
                + ": what calls only at boot, by the month or at a failure, and was not seen, is refused.\n\n"
                + "1. `" + POLICY
                + "`: into /etc/imds-packet-analyzer/config.yaml. Blocks nobody: others get the finding"
                + " unexpected-caller. Watch it for some days first.\n"
                + "2. Then one of the two that block, on one host, then on all:\n"
                + "   - `" + NFT + "`, by user, checked with `nft -c -f " + NFT + "`. Others are refused at once.\n"
                + "   - `" + SYSTEMD
                + "`, by unit: copy it below /etc/systemd/system, `systemctl daemon-reload`. Others get no"
                + " answer and time out.\n\n"
                + "What breaks: whoever is not listed, at its next refresh of credentials, hours later.\n"
                + (leftOut == 0
                        ? ""
                        : Amount.of(leftOut, "name") + " left out: not in the plain form of such a name.\n");
    }

    private String policy() {
        StringBuilder text = new StringBuilder("# Who asked for credentials, for policy.credentials.allow.\n"
                + "# Only what a caller cannot choose for itself counts; a name is taken as it stands, without patterns.\n"
                + "policy:\n  credentials:\n    allow:");
        Set<String> entries = new LinkedHashSet<>();
        for (CallerGroup caller : data.callers()) {
            boolean credentials = caller.paths().others() > 0
                    || caller.paths().sorted().stream().anyMatch(TopTexts.Counted::urgent);
            if (!credentials) {
                continue;
            }
            List<String> added = entries(caller);
            added.removeIf(entry -> !entries.add(entry));
            if (!added.isEmpty()) {
                text.append("\n      # ").append(about(caller));
                added.forEach(entry -> text.append("\n      - {").append(entry).append('}'));
            }
        }
        return text.append(entries.isEmpty() ? " [] # nobody was seen; an empty list checks nobody\n" : "\n")
                .toString();
    }

    private List<String> entries(CallerGroup caller) {
        List<String> entries = new ArrayList<>();
        List<String> images = plain(caller.images());
        if (!images.isEmpty()) {
            List<String> namespaces = plain(caller.namespaces());
            for (String image : images) {
                if (namespaces.isEmpty()) {
                    entries.add("image: " + quoted(image));
                }
                namespaces.forEach(
                        namespace -> entries.add("image: " + quoted(image) + ", namespace: " + quoted(namespace)));
            }
            return entries;
        }
        List<String> whose = new ArrayList<>();
        for (String unit : plain(caller.units())) {
            if ((UNIT.matcher(unit).matches() && unit.endsWith(".service"))
                    || UNIT_OF_USER.matcher(unit).matches()) {
                whose.add("unit: " + quoted(unit));
            }
        }
        if (whose.isEmpty()) {
            plain(caller.users()).forEach(user -> whose.add("user: " + quoted(user)));
        }
        List<String> paths = plain(caller.executables());
        for (String part : whose) {
            if (paths.isEmpty() && part.startsWith("unit")) {
                entries.add(part);
            }
            paths.forEach(path -> entries.add(part + ", path: " + quoted(path)));
        }
        return entries;
    }

    /** Texts that are names and no patterns. */
    private List<String> plain(TopTexts texts) {
        List<String> plain = new ArrayList<>();
        for (TopTexts.Counted text : texts.sorted()) {
            if (PLAIN.matcher(text.text()).matches() && !text.text().isBlank()) {
                plain.add(text.text());
            } else {
                leftOut++;
            }
        }
        return plain;
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private String about(CallerGroup caller) {
        String label = NOT_PLAIN.matcher(caller.label()).replaceAll("?");
        return (data.newcomers().has(caller)
                        ? "NEW, first seen " + Times.minutes(caller.tally().first()) + " UTC: look at it first. "
                        : "")
                + (label.length() > LONGEST_COMMENT ? label.substring(0, LONGEST_COMMENT) : label)
                + ", " + Amount.of(caller.tally().total(), "call");
    }

    private String nft() {
        Map<Long, String> users = new TreeMap<>();
        users.put(0L, "root: cloud-init, the SSM agent and EC2 Instance Connect need it, seen or not");
        boolean containers = false;
        long unknown = 0;
        for (CallerGroup caller : data.callers()) {
            containers |= !caller.containers().sorted().isEmpty();
            unknown += caller.userIds().others();
            for (TopTexts.Counted user : caller.userIds().sorted()) {
                if (USER_ID.matcher(user.text()).matches()) {
                    users.putIfAbsent(Long.parseLong(user.text()), about(caller));
                } else {
                    leftOut++;
                }
            }
        }
        StringBuilder text = new StringBuilder("#!/usr/sbin/nft -f\n"
                + "# Who may reach IMDS, by the number of the user; loads again without doubling.\n"
                + "# A number is a user of one host: on hosts that number their users otherwise it lets in another.\n"
                + "# It sees sockets of this host alone: containers behind a bridge are forwarded, and DOCKER-USER is their place"
                + (containers ? " (some were seen)" : "") + ".\n"
                + "# What it refuses sends no packet, so a capture does not show it: look at the counter.\n"
                + "# Load it before services that face the network; keep it by nftables.service and /etc/nftables.conf.\n"
                + (unknown == 0
                        ? ""
                        : "# Not all users had room in the report: " + unknown + " calls of further ones.\n")
                + "table inet imds\ndelete table inet imds\ntable inet imds {\n    chain output {\n"
                + "        type filter hook output priority filter; policy accept;\n"
                + "        ip daddr 169.254.169.254 tcp dport 80 jump check\n"
                + "        ip6 daddr fd00:ec2::254 tcp dport 80 jump check\n    }\n"
                + "    chain check {\n        meta skuid {\n");
        users.forEach((id, why) -> text.append("            ")
                .append(id)
                .append(", # ")
                .append(why)
                .append('\n'));
        return text.append("        } accept\n        counter reject with tcp reset\n    }\n}\n")
                .toString();
    }

    private void units() {
        files.put(
                SYSTEMD + "-.slice.d/50-imds.conf",
                "# Nobody reaches IMDS but the units beside this folder: allow wins over deny. Needs cgroup v2 and BPF.\n"
                        + "# Not for sockets that a unit gets by socket activation. Packets are dropped: callers time out.\n"
                        + "# cloud-init's units are in it only if a boot was watched.\n"
                        + "[Slice]\nIPAddressDeny=" + ADDRESSES + "\n");
        Map<String, Set<String>> units = new TreeMap<>();
        for (CallerGroup caller : data.callers()) {
            for (TopTexts.Counted counted : caller.units().sorted()) {
                String unit = UNIT_OF_USER.matcher(counted.text()).matches()
                        ? counted.text().substring(0, counted.text().indexOf('/'))
                        : counted.text();
                if (UNIT.matcher(unit).matches()) {
                    units.computeIfAbsent(dropIn(unit), key -> new TreeSet<>()).add(about(caller));
                } else {
                    leftOut++;
                }
            }
        }
        units.forEach((unit, callers) -> {
            StringBuilder text = new StringBuilder();
            callers.stream()
                    .limit(20)
                    .forEach(caller -> text.append("# ").append(caller).append('\n'));
            if (unit.endsWith("-.scope")) {
                text.append("# Its name changes with each run: this lets in all of them, whatever they run.\n");
            }
            files.put(
                    SYSTEMD + unit + ".d/50-imds.conf",
                    text.append('[')
                            .append(section(unit))
                            .append("]\nIPAddressAllow=")
                            .append(ADDRESSES)
                            .append('\n')
                            .toString());
        });
    }

    /** Scopes are numbered: a drop-in of the name up to the last dash holds for all. */
    private static String dropIn(String unit) {
        int dash = unit.lastIndexOf('-');
        return unit.endsWith(".scope") && dash > 0 ? unit.substring(0, dash + 1) + ".scope" : unit;
    }

    private static String section(String unit) {
        if (unit.endsWith(".service")) {
            return "Service";
        }
        return unit.endsWith(".slice") ? "Slice" : "Scope";
    }
}
