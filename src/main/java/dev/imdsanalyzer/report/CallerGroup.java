package dev.imdsanalyzer.report;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.advice.HopAdvice;
import dev.imdsanalyzer.report.input.EventLine;
import dev.imdsanalyzer.report.input.Field;
import java.util.ArrayList;
import java.util.List;

/** One program, on all the hosts where its fingerprint was seen: what it calls, how, and what to do about it. */
public final class CallerGroup {
    /** Of the memory for texts, this part is for callers of IMDSv1. */
    static final double RESERVE = 0.5;

    /** A caller seen only this soon after boot is one of boot time; seconds. */
    public static final long BOOT_SECONDS = 600;

    private static final int ON_INSTANCE_BYTES = 320;
    private static final int LONGEST_LABEL = 512;
    private static final int EXAMPLE_TEXT = 1024;
    private static final int EXAMPLE_BYTES = 4096;

    private final String fingerprint;
    private final String label;
    private final Budget budget;
    private final Tally tally = new Tally();
    private final LongTable<OnInstance> instances = new LongTable<>();
    private final TopTexts paths;
    private final TopTexts userAgents;
    private final TopTexts arguments;
    private final CallerUsers users;
    private final TopTexts units;
    private final TopTexts executables;
    private final TopTexts scripts;
    private final TopTexts packages;
    private final TopTexts packageVersions;
    private final TopTexts logins;
    private final TopTexts containers;
    private final TopTexts sdkMinimums;
    private final TopTexts images;
    private final TopTexts proxies;
    private final TopTexts namespaces;
    private final TopTexts pods;
    private final TopTexts tasks;
    private int findings;
    private boolean complete = true;
    private boolean exampleIsV1;
    private String advice;
    private String probeAdvice;
    private String userAgentName;
    private String userAgentVersion;
    private String lineage;
    private ContainerWorkload workload = ContainerWorkload.NONE;
    private boolean askedForCredentials;
    private boolean askedForFacts;
    private boolean credentialsByV1;
    private List<ChainLink> chain = List.of();
    private long maximumUptime = Long.MIN_VALUE;
    private boolean uptimeAlwaysKnown = true;
    private long lastArgumentsHash;
    private long lastFoldedHash;

    CallerGroup(String fingerprint, String label, Budget budget) {
        this.fingerprint = TopTexts.shortened(fingerprint, LONGEST_LABEL);
        this.label = TopTexts.shortened(label, LONGEST_LABEL);
        this.budget = budget;
        this.paths = new TopTexts(budget);
        this.userAgents = new TopTexts(budget);
        this.arguments = new TopTexts(budget);
        this.users = new CallerUsers(budget);
        this.units = new TopTexts(budget);
        this.executables = new TopTexts(budget);
        this.scripts = new TopTexts(budget);
        this.packages = new TopTexts(budget);
        this.packageVersions = new TopTexts(budget);
        this.logins = new TopTexts(budget);
        this.containers = new TopTexts(budget);
        this.sdkMinimums = new TopTexts(budget);
        this.images = new TopTexts(budget);
        this.proxies = new TopTexts(budget);
        this.namespaces = new TopTexts(budget);
        this.pods = new TopTexts(budget);
        this.tasks = new TopTexts(budget);
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
        OnInstance on = onInstance(call, instance);
        if (on != null) {
            on.tally.add(call);
        }
        addUptime(line);
        long count = call.count();
        addText(paths, line, Field.PATH, count, line.is(Field.CATEGORY, "credentials"));
        addText(userAgents, line, Field.USER_AGENT, count, false);
        users.add(line, count);
        addText(images, line, Field.IMAGE, count, false);
        addText(proxies, line, Field.PROXY_NAME, count, false);
        addText(namespaces, line, Field.NAMESPACE, count, false);
        addText(pods, line, Field.POD_NAME, count, false);
        addText(tasks, line, Field.ECS_TASK_ID, count, false);
        addText(units, line, Field.UNIT, count, false);
        addText(executables, line, Field.EXECUTABLE, count, false);
        addText(scripts, line, Field.SCRIPT, count, false);
        addText(packages, line, Field.PACKAGE_NAME, count, false);
        addPackageVersion(line, count);
        addText(logins, line, Field.LOGIN_NAME, count, false);
        addText(containers, line, Field.CONTAINER_ID, count, false);
        addText(sdkMinimums, line, Field.SDK_MINIMUM, count, false);
        addArguments(line, count);
        boolean credentials = line.is(Field.CATEGORY, "credentials");
        askedForCredentials |= credentials;
        credentialsByV1 |= credentials && call.isV1() && !call.harmless();
        askedForFacts |= !credentials && !line.is(Field.CATEGORY, "token");
        if (workload.equals(ContainerWorkload.NONE)) {
            workload = ContainerWorkload.of(line);
        }
        if (lineage == null || (call.isV1() && !exampleIsV1)) {
            exampleIsV1 = call.isV1();
            setExample(line);
        }
        if (advice == null && call.isV1()) {
            advice = TopTexts.shortened(line.text(Field.ADVICE), LONGEST_LABEL);
        }
        if (probeAdvice == null && call.probe()) {
            probeAdvice = TopTexts.shortened(line.text(Field.ADVICE), LONGEST_LABEL);
        }
    }

    private void setExample(EventLine line) {
        // Taken at most twice; where there is no room there is no example.
        lineage = TopTexts.shortened(line.text(Field.LINEAGE), EXAMPLE_TEXT);
        userAgentName = TopTexts.shortened(line.text(Field.USER_AGENT_NAME), LONGEST_LABEL);
        userAgentVersion = TopTexts.shortened(line.text(Field.USER_AGENT_VERSION), LONGEST_LABEL);
        chain = budget.take(EXAMPLE_BYTES) ? ChainLink.of(line) : List.of();
    }

    private OnInstance onInstance(Call call, Instance instance) {
        OnInstance known = instances.get(instance.index());
        if (known != null) {
            return known;
        }
        if (!budget.take(ON_INSTANCE_BYTES, call.isV1() ? 0 : RESERVE)) {
            complete = false;
            return null;
        }
        return instances.computeIfAbsent(instance.index(), () -> new OnInstance(instance));
    }

    /** Whether {@link #instances} names all the instances that it was seen on. */
    boolean isComplete() {
        return complete;
    }

    private static void addText(TopTexts texts, EventLine line, Field field, long count, boolean urgent) {
        if (line.has(field)) {
            texts.add(line.hash(field), count, urgent, () -> line.text(field));
        }
    }

    private void addPackageVersion(EventLine line, long count) {
        if (!line.has(Field.PACKAGE_NAME)) {
            return;
        }
        if (!line.has(Field.PACKAGE_VERSION)) {
            addText(packageVersions, line, Field.PACKAGE_NAME, count, false);
            return;
        }
        long hash = line.hash(Field.PACKAGE_NAME) * 31 + line.hash(Field.PACKAGE_VERSION);
        packageVersions.add(
                hash, count, false, () -> line.text(Field.PACKAGE_NAME) + " " + line.text(Field.PACKAGE_VERSION));
    }

    private void addArguments(EventLine line, long count) {
        if (!line.has(Field.COMMAND_LINE)) {
            return;
        }
        long hash = line.hash(Field.COMMAND_LINE);
        if (hash != lastArgumentsHash) {
            lastArgumentsHash = hash;
            lastFoldedHash = folded(line).hashCode();
        }
        arguments.add(lastFoldedHash, count, false, () -> folded(line));
    }

    private static String folded(EventLine line) {
        return ArgumentFolding.fold(TopTexts.shortened(line.text(Field.COMMAND_LINE), TopTexts.LONGEST));
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

    /** By name; by number where no line of a user has one. */
    public TopTexts users() {
        return users.users();
    }

    /** The users' numbers, as the host counts. */
    public TopTexts userIds() {
        return users.numbers();
    }

    /** Images of its containers. */
    public TopTexts images() {
        return images;
    }

    /** Names of processes between it and IMDS, which answered themselves or passed on. */
    public TopTexts proxies() {
        return proxies;
    }

    /** Namespaces of Kubernetes. */
    public TopTexts namespaces() {
        return namespaces;
    }

    /** Pods of Kubernetes, by their whole names. */
    public TopTexts pods() {
        return pods;
    }

    /** Tasks of ECS, by their identifiers. */
    public TopTexts tasks() {
        return tasks;
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

    /** Packages with their versions, a blank between. */
    public TopTexts packageVersions() {
        return packageVersions;
    }

    /** Who logged in, behind sudo. */
    public TopTexts logins() {
        return logins;
    }

    public TopTexts containers() {
        return containers;
    }

    /** What its container is part of, from the first line that tells. */
    public ContainerWorkload workload() {
        return workload;
    }

    /** What it wants of IMDS, where that is one kind of thing. */
    HopAdvice.Asked asked() {
        if (askedForCredentials == askedForFacts) {
            return HopAdvice.Asked.UNKNOWN;
        }
        return askedForCredentials ? HopAdvice.Asked.CREDENTIALS : HopAdvice.Asked.FACTS;
    }

    /** Whether it asked for a role's credentials without a token. */
    boolean fetchedCredentialsByV1() {
        return credentialsByV1;
    }

    /** First SDK versions that know IMDSv2, where the caller's own is older. */
    public TopTexts sdkMinimums() {
        return sdkMinimums;
    }

    /** The advice of its first IMDSv1 line; null if there was none. */
    public String advice() {
        return advice;
    }

    /** How its probes for another cloud are switched off, by the first line of one; null where there was none. */
    public String probeAdvice() {
        return probeAdvice;
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
