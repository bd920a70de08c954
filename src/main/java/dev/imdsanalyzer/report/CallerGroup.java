package dev.imdsanalyzer.report;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.report.input.EventLine;
import dev.imdsanalyzer.report.input.Field;
import java.util.ArrayList;
import java.util.List;

/** One program, on all the hosts where its fingerprint was seen: what it calls, how, and what to do about it. */
public final class CallerGroup {
    /** A caller seen only this soon after boot is one of boot time; seconds. */
    public static final long BOOT_SECONDS = 600;

    private static final int MAXIMUM_INSTANCES_PER_CALLER = 200_000;

    private final String fingerprint;
    private final String label;
    private final Tally tally = new Tally();
    private final LongTable<OnInstance> instances = new LongTable<>();
    private final TopTexts paths = new TopTexts();
    private final TopTexts userAgents = new TopTexts();
    private final TopTexts arguments = new TopTexts();
    private final TopTexts users = new TopTexts();
    private final TopTexts units = new TopTexts();
    private final TopTexts executables = new TopTexts();
    private final TopTexts scripts = new TopTexts();
    private final TopTexts packages = new TopTexts();
    private final TopTexts containers = new TopTexts();
    private final TopTexts sdkMinimums = new TopTexts();
    private int findings;
    private boolean exampleIsV1;
    private String advice;
    private String userAgentName;
    private String userAgentVersion;
    private String lineage;
    private List<ChainLink> chain = List.of();
    private long maximumUptime = Long.MIN_VALUE;
    private boolean uptimeAlwaysKnown = true;
    private long lastArgumentsHash;
    private long lastFoldedHash;

    CallerGroup(String fingerprint, String label) {
        this.fingerprint = fingerprint;
        this.label = label;
    }

    /** A caller's calls on one instance. */
    public static final class OnInstance {
        private final Instance instance;
        private final Tally tally = new Tally();

        OnInstance(Instance instance) {
            this.instance = instance;
        }

        public Instance instance() {
            return instance;
        }

        public Tally tally() {
            return tally;
        }
    }

    void add(EventLine line, Call call, Instance instance) {
        tally.add(call);
        findings |= line.findings();
        if (instances.size() < MAXIMUM_INSTANCES_PER_CALLER) {
            OnInstance onInstance = instances.computeIfAbsent(instance.index(), () -> new OnInstance(instance));
            onInstance.tally.add(call);
        }
        addUptime(line);
        long count = call.count();
        addText(paths, line, Field.PATH, count, line.is(Field.CATEGORY, "credentials"));
        addText(userAgents, line, Field.USER_AGENT, count, false);
        addText(users, line, line.has(Field.USER_NAME) ? Field.USER_NAME : Field.USER_ID, count, false);
        addText(units, line, Field.UNIT, count, false);
        addText(executables, line, Field.EXECUTABLE, count, false);
        addText(scripts, line, Field.SCRIPT, count, false);
        addText(packages, line, Field.PACKAGE_NAME, count, false);
        addText(containers, line, Field.CONTAINER_ID, count, false);
        addText(sdkMinimums, line, Field.SDK_MINIMUM, count, false);
        addArguments(line, count);
        if (lineage == null || (call.isV1() && !exampleIsV1)) {
            exampleIsV1 = call.isV1();
            lineage = line.text(Field.LINEAGE);
            chain = ChainLink.of(line);
            userAgentName = line.text(Field.USER_AGENT_NAME);
            userAgentVersion = line.text(Field.USER_AGENT_VERSION);
        }
        if (advice == null && call.isV1()) {
            advice = line.text(Field.ADVICE);
        }
    }

    private static void addText(TopTexts texts, EventLine line, Field field, long count, boolean urgent) {
        if (line.has(field)) {
            texts.add(line.hash(field), count, urgent, () -> line.text(field));
        }
    }

    private void addArguments(EventLine line, long count) {
        if (!line.has(Field.COMMAND_LINE)) {
            return;
        }
        long hash = line.hash(Field.COMMAND_LINE);
        if (hash != lastArgumentsHash) {
            lastArgumentsHash = hash;
            lastFoldedHash = ArgumentFolding.fold(line.text(Field.COMMAND_LINE)).hashCode();
        }
        arguments.add(lastFoldedHash, count, false, () -> ArgumentFolding.fold(line.text(Field.COMMAND_LINE)));
    }

    private void addUptime(EventLine line) {
        long uptime = line.number(Field.UPTIME, -1);
        if (uptime < 0) {
            uptimeAlwaysKnown = false;
        } else {
            maximumUptime = Math.max(maximumUptime, uptime);
        }
    }

    /** As in the log; for callers that nobody could name, a text that begins with "unknown". */
    public String fingerprint() {
        return fingerprint;
    }

    /** What a person would call it. */
    public String label() {
        return label;
    }

    public Tally tally() {
        return tally;
    }

    /** Its calls instance by instance, in the order in which they turned up. */
    public List<OnInstance> instances() {
        return new ArrayList<>(instances.values());
    }

    /** Whether any of its lines has this finding. */
    public boolean has(Finding finding) {
        return (findings & 1 << finding.ordinal()) != 0;
    }

    /** Whether it was never seen later than {@value #BOOT_SECONDS} s after boot. */
    public boolean onlyAtBoot() {
        return uptimeAlwaysKnown && maximumUptime >= 0 && maximumUptime <= BOOT_SECONDS;
    }

    public TopTexts paths() {
        return paths;
    }

    public TopTexts userAgents() {
        return userAgents;
    }

    /** Command lines with their changing parts folded. */
    public TopTexts arguments() {
        return arguments;
    }

    public TopTexts users() {
        return users;
    }

    public TopTexts units() {
        return units;
    }

    public TopTexts executables() {
        return executables;
    }

    public TopTexts scripts() {
        return scripts;
    }

    public TopTexts packages() {
        return packages;
    }

    public TopTexts containers() {
        return containers;
    }

    /** First SDK versions that know IMDSv2, where the caller's own is older. */
    public TopTexts sdkMinimums() {
        return sdkMinimums;
    }

    /** The advice of its first IMDSv1 line; null if there was none. */
    public String advice() {
        return advice;
    }

    /** Product in the User-Agent of the example; null if not known. */
    public String userAgentName() {
        return userAgentName;
    }

    /** Its version; null if not known. */
    public String userAgentVersion() {
        return userAgentVersion;
    }

    /** The chain's names in one line; null if not known. */
    public String lineage() {
        return lineage;
    }

    /** An example of the chain, from an IMDSv1 call if there is one. */
    public List<ChainLink> chain() {
        return chain;
    }
}
