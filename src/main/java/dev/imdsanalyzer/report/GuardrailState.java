package dev.imdsanalyzer.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
        if (!inventory.isComplete()) {
            lacks.add("the inventory is not complete: it names a further page, or is too long");
        }
        Map<String, Verdict> verdicts = new HashMap<>();
        data.instances().forEach(verdict -> verdicts.put(verdict.instance().id(), verdict.verdict()));
        long running = 0;
        long unwatched = 0;
        long notReady = 0;
        for (Inventory.Host host : inventory.hosts()) {
            if (!host.running()) {
                continue;
            }
            running++;
            Verdict verdict = verdicts.get(host.id());
            unwatched += verdict == null ? 1 : 0;
            notReady += verdict != null && verdict != Verdict.READY ? 1 : 0;
        }
        if (running == 0) {
            lacks.add("the inventory has no instance");
        }
        if (unwatched > 0) {
            lacks.add(unwatched + " of " + Amount.of(running, "instance") + " of the inventory not watched");
        }
        if (notReady > 0) {
            lacks.add(notReady + " of " + Amount.of(running, "instance") + " of the inventory not READY");
        }
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

    /** Whether a container behind a network hop was seen to call IMDS. */
    public boolean behindHop() {
        return data.instances().stream()
                .anyMatch(verdict -> verdict.instance().traits().behindHop());
    }

    /** What ARNs begin with. */
    public String partition() {
        return Place.partition(Place.regions(data.instances()));
    }
}
