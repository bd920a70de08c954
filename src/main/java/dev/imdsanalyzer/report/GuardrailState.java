package dev.imdsanalyzer.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** What the verdict allows today: each answer is a list of what is lacking, empty where nothing is. */
public final class GuardrailState {
    private final ReportData data;

    public GuardrailState(ReportData data) {
        this.data = data;
    }

    /** For what changes the READY instances alone. */
    public List<String> someInstance() {
        long ready = data.instances().stream()
                .filter(verdict -> verdict.verdict() == Verdict.READY
                        && InstanceIds.isValid(verdict.instance().id()))
                .count();
        return ready == 0 ? List.of("no instance is READY") : List.of();
    }

    /** For what may be used by any instance of the logs. */
    public List<String> everyInstance() {
        return data.verdict() == Verdict.READY
                ? List.of()
                : List.of(data.count(Verdict.READY) + " of "
                        + Amount.of(data.instances().size(), "instance") + " READY"
                        + (data.input().damaged() > 0 ? ", and not all could be read" : ""));
    }

    /** For what holds in the whole account: all of it known, READY, and no session by IMDSv1 in CloudTrail. */
    public List<String> wholeAccount() {
        List<String> lacks = new ArrayList<>(everyInstance());
        addInventory(lacks);
        Trail trail = data.trail();
        if (trail == null) {
            lacks.add("CloudTrail was not asked (--cloudtrail)");
        } else if (!trail.lacks().isEmpty()) {
            lacks.add("CloudTrail's records are not whole: " + trail.lacks().get(0));
        } else if (!trail.sessions().isEmpty()) {
            lacks.add("CloudTrail has " + Amount.of(trail.sessions().size(), "session") + " by IMDSv1");
        }
        return lacks;
    }

    private void addInventory(List<String> lacks) {
        Inventory inventory = data.inventory();
        if (inventory == null) {
            lacks.add("the account is not known (--inventory)");
            return;
        }
        lacks.addAll(inventory.lacks(data.instances()));
        Map<String, Verdict> verdicts = new HashMap<>();
        data.instances().forEach(verdict -> verdicts.put(verdict.instance().id(), verdict.verdict()));
        long running =
                inventory.hosts().stream().filter(Inventory.Host::running).count();
        long notReady = inventory.hosts().stream()
                .filter(Inventory.Host::running)
                .map(host -> verdicts.get(host.id()))
                .filter(verdict -> verdict != null && verdict != Verdict.READY)
                .count();
        if (notReady > 0) {
            lacks.add(notReady + " of " + Amount.of(running, "instance") + " of the inventory not READY");
        }
    }

    /** The Regions whose instances are known from the logs or the inventory, sorted. */
    public List<String> regions() {
        TreeSet<String> regions = new TreeSet<>(Place.regions(data.instances()));
        if (data.inventory() != null) {
            data.inventory().hosts().stream()
                    .map(Inventory.Host::region)
                    .filter(Objects::nonNull)
                    .forEach(regions::add);
        }
        return List.copyOf(regions);
    }

    /** For what keeps containers from IMDS: none was seen to call it. */
    public List<String> noContainers() {
        List<String> lacks = new ArrayList<>(everyInstance());
        long callers = data.callers().stream()
                .filter(caller -> !caller.containers().sorted().isEmpty()
                        || caller.containers().others() > 0
                        || !caller.images().sorted().isEmpty()
                        || !caller.namespaces().sorted().isEmpty())
                .count();
        if (callers > 0) {
            lacks.add(Amount.of(callers, "caller") + " in containers seen");
        }
        return lacks;
    }

    /** For what refuses whoever was not seen: a boot was watched everywhere. */
    public List<String> boots() {
        List<String> lacks = new ArrayList<>(everyInstance());
        long boots = data.instances().stream().filter(InstanceVerdict::bootSeen).count();
        if (boots < data.instances().size()) {
            lacks.add("a boot was watched on " + boots + " of "
                    + Amount.of(data.instances().size(), "instance"));
        }
        return lacks;
    }

    /** Where a container behind a network hop was seen to call IMDS; the title of a host without a valid id is not in it. */
    public List<String> behindHop() {
        return FutureSteps.behindHop(data.instances());
    }

    /** The Region where there is one alone, or the word to fill in. */
    public String region() {
        return Place.regionOr(regions());
    }

    /** What ARNs begin with. */
    public String partition() {
        return Place.partition(regions());
    }
}
