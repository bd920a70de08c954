package dev.imdsanalyzer.report;

import dev.imdsanalyzer.output.line.CloudFacts;
import dev.imdsanalyzer.report.input.EventLine;
import dev.imdsanalyzer.report.input.Field;
import dev.imdsanalyzer.report.input.LineSource;
import dev.imdsanalyzer.report.schedule.Schedule;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.ObjLongConsumer;

/** One host: its calls, and the time in which it was watched. Times: microseconds since the epoch. */
public final class Instance {
    /** How many sources of one host are told apart; several are told in any case, and prove nothing together. */
    private static final int MAXIMUM_SOURCES = 8;

    private static final int LONGEST_NAME = 256;

    private final int index;
    private final String id;
    private final boolean collective;
    private final Budget budget;
    private String name;
    private CloudFacts place = CloudFacts.NONE;
    private String tokens = "";
    private final Traits traits = new Traits();
    private final Tally tally = new Tally();
    private final List<Watch> watches = new ArrayList<>(1);
    private boolean moreSources;
    private List<Schedule> schedules;
    /** Lines that could not be read at the end of an input: of the input that ends last, and of the others. */
    private Doubted newestBrokenEnd = new Doubted(0, Tally.NEVER);

    private Doubted otherBrokenEnds = new Doubted(0, Tally.NEVER);
    private final Map<Doubt, Doubted> doubts = new EnumMap<>(Doubt.class);
    private long firstEvent = Long.MAX_VALUE;
    private long lastEvent = Tally.NEVER;
    private long undatedV1;
    private long runs;
    private long lostPackets;
    private boolean reportsCalls;
    private long reportedV1;
    private long reportedV1From = Tally.NEVER;
    private long reportedV1To = Tally.NEVER;

    /** Lines in doubt: how many, and the time of the last. */
    record Doubted(long count, long last) {
        Doubted and(long further, long time) {
            return new Doubted(count + further, Math.max(last, time));
        }
    }

    Instance(int index, String id, String name, Budget budget) {
        this(index, id, name, budget, false);
    }

    private Instance(int index, String id, String name, Budget budget, boolean collective) {
        this.index = index;
        this.id = id == null ? null : shortened(id);
        this.name = name == null ? null : shortened(name);
        this.budget = budget;
        this.collective = collective;
    }

    /** All hosts past the bound of those that are told apart. */
    static Instance others(int index, Budget budget) {
        return new Instance(index, null, "other hosts, past the first " + Amount.grouped(index), budget, true);
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME - 1) + "…";
    }

    /** Whether lines of this id, or of this name without an id, are its own. */
    boolean is(EventLine line) {
        return id != null
                ? hasName(line, Field.INSTANCE_ID, id)
                : !line.has(Field.INSTANCE_ID)
                        && (name == null ? !line.has(Field.HOST_NAME) : hasName(line, Field.HOST_NAME, name));
    }

    private static boolean hasName(EventLine line, Field field, String name) {
        return line.hasText(field, name)
                || (name.length() == LONGEST_NAME
                        && line.has(field)
                        && shortened(line.text(field)).equals(name));
    }

    /** What lines of this source say about it. */
    Watch watch(LineSource source) {
        for (Watch watch : watches) {
            if (watch.source().number() == source.number()) {
                return watch;
            }
        }
        String other = source.lastName();
        boolean ofAnother = InstanceIds.isValid(other) && !other.equals(id);
        Watch watch = new Watch(source, ofAnother, budget);
        if (watches.size() < MAXIMUM_SOURCES) {
            watches.add(watch);
        } else {
            moreSources = true;
        }
        return watch;
    }

    void seen(long time, EventLine line) {
        firstEvent = Math.min(firstEvent, time);
        lastEvent = Math.max(lastEvent, time);
        traits.add(time, line);
        boolean saysMore = line.has(Field.REGION) || (place.accountId() == null && line.has(Field.ACCOUNT));
        if (place.region() == null && saysMore && !collective) {
            place = new CloudFacts(line.text(Field.ACCOUNT), line.text(Field.REGION), line.text(Field.ZONE));
        }
        if (name == null && line.has(Field.HOST_NAME) && !collective) {
            name = shortened(line.text(Field.HOST_NAME));
        }
    }

    void addCall(Call call) {
        tally.add(call);
        if (call.doubt() != null) {
            addDoubt(call.doubt(), call.count(), call.lastMicros());
        }
    }

    void addUndatedV1(long count) {
        undatedV1 += count;
    }

    /** @param last {@link Long#MAX_VALUE} where nobody knows when */
    void addDoubt(Doubt doubt, long count, long last) {
        doubts.merge(doubt, new Doubted(count, last), (one, other) -> one.and(other.count(), other.last()));
    }

    /** @param latest the time of the line before them */
    void addBrokenEnd(long count, long latest) {
        if (latest > newestBrokenEnd.last()) {
            otherBrokenEnds = newestBrokenEnd.count() == 0
                    ? otherBrokenEnds
                    : otherBrokenEnds.and(newestBrokenEnd.count(), newestBrokenEnd.last());
            newestBrokenEnd = new Doubted(count, latest);
        } else if (latest < newestBrokenEnd.last()) {
            otherBrokenEnds = otherBrokenEnds.and(count, latest);
        }
    }

    /** What stood where the log goes on elsewhere. Behind its very end is what is being written just now, and is not proven anyhow. */
    private Doubted brokenEnds() {
        return lastEvent > newestBrokenEnd.last()
                ? otherBrokenEnds.and(newestBrokenEnd.count(), newestBrokenEnd.last())
                : otherBrokenEnds;
    }

    void addRun() {
        runs++;
    }

    void addLostPackets(long count) {
        lostPackets += count;
    }

    /** What a summary counts in [start, end); each of those calls ought to have a line. */
    void addReported(long start, long end, long v1, boolean anyCall) {
        reportsCalls |= anyCall || v1 > 0;
        if (v1 > 0 && start > reportedV1From) {
            reportedV1 = v1;
            reportedV1From = start;
            reportedV1To = end;
        }
    }

    /** A number from 0 on, in the order in which the instances turned up. */
    public int index() {
        return index;
    }

    /** The EC2 instance id; null if the log does not say it. */
    public String id() {
        return id;
    }

    /** The host's name; null if the log does not say it. */
    public String name() {
        return name;
    }

    /** The id, or else the name, or else a word for neither. */
    public String title() {
        if (id != null) {
            return id;
        }
        return name != null ? name : "unknown host";
    }

    /** Where others say it is; its lines are believed before them. */
    void setPlace(CloudFacts facts) {
        boolean sameAccount = place.accountId() == null || place.accountId().equals(facts.accountId());
        if (place.region() == null && sameAccount) {
            place = facts;
        }
    }

    /** @param told {@code HttpTokens} as AWS says it; empty where it does not */
    void setTokens(String told) {
        tokens = told;
    }

    /**
     * Why IMDSv2 is required here already, in a clause: AWS says so, or else calls without a token are refused for want of one.
     * Null where it is not, or nobody knows.
     */
    String requiredAlready(long asOf) {
        if (!tokens.isEmpty()) {
            return tokens.equals("required") ? "IMDSv2 is required here already, as the inventory says" : null;
        }
        long refusal = tally.lastRefusalForWantOfToken();
        return refusal == Tally.NEVER
                ? null
                : "IMDSv2 is required here already: calls without a token are refused, the last "
                        + Times.ago(asOf - refusal) + " (" + Times.minutes(refusal) + " UTC)";
    }

    /** Its account, Region and zone, as far as the log says them. */
    public CloudFacts place() {
        return place;
    }

    /** What its lines show it to be. */
    public Traits traits() {
        return traits;
    }

    /** Whether it stands for many hosts that are not told apart. */
    public boolean isCollective() {
        return collective;
    }

    public Tally tally() {
        return tally;
    }

    /** The time proven to have been watched. Where lines come from several sources, only what each of them proves. */
    public IntervalSet proven() {
        IntervalSet proven = null;
        for (Watch watch : watches) {
            proven = proven == null ? watch.proven() : proven.and(watch.proven());
        }
        return proven == null || moreSources ? IntervalSet.ofProof() : proven;
    }

    /** The time watched on the loopback device alone, which no call to IMDS passes. */
    IntervalSet watchedInVain() {
        IntervalSet loopback = IntervalSet.ofProof();
        IntervalSet others = IntervalSet.ofProof();
        for (Watch watch : watches) {
            watch.runs().forEach(run -> (run.onLoopback() ? loopback : others).addAll(run.covered()));
        }
        return loopback.without(others);
    }

    /** Devices that a capture since then was confined to, the loopback device aside; sorted. */
    SortedSet<String> devicesSince(long time) {
        SortedSet<String> devices = new TreeSet<>();
        for (Watch watch : watches) {
            for (Run run : watch.runs()) {
                boolean counts = !run.covered().isEmpty() && run.covered().last() > time;
                if (counts && !run.onLoopback() && run.singleDevice() != null) {
                    devices.add(run.singleDevice());
                }
            }
        }
        return devices;
    }

    /**
     * Whether several hosts go by this name. Without an instance id only that tells: two runs watched at the same time, and
     * one host has one analyzer.
     */
    public boolean isSeveralHosts() {
        return collective
                || (id == null && watches.stream().anyMatch(watch -> watch.lastOverlap(false) != Tally.NEVER));
    }

    /** The sources of its lines, in the order in which they turned up. */
    public List<LineSource> sources() {
        return watches.stream().map(Watch::source).toList();
    }

    /** @param told by a summary; the last that tells counts */
    void setSchedules(List<Schedule> told) {
        schedules = told;
    }

    /** What it runs by the clock; null where no line says so. */
    List<Schedule> schedules() {
        return schedules;
    }

    /** Whether its lines come from more sources than {@link #sources} names. */
    public boolean hasMoreSources() {
        return moreSources;
    }

    /** The first source that bears the name of another host; null if none does. */
    LineSource sourceOfAnother() {
        return watches.stream()
                .filter(Watch::isOfAnother)
                .map(Watch::source)
                .findFirst()
                .orElse(null);
    }

    /** What its summaries say was lost. */
    Losses losses() {
        Losses losses = new Losses();
        watches.forEach(watch -> watch.runs().forEach(run -> losses.add(run.losses())));
        return losses;
    }

    /** The first line of any kind; {@link Long#MAX_VALUE} if none. */
    public long firstEvent() {
        return firstEvent;
    }

    /** The last line of any kind; {@link Tally#NEVER} if none. */
    public long lastEvent() {
        return lastEvent;
    }

    /** IMDSv1 calls whose time cannot be believed. */
    public long undatedV1() {
        return undatedV1;
    }

    /** Lines that may hide an IMDSv1 call, by why, and what makes their times doubtful. */
    Map<Doubt, Doubted> doubts() {
        Map<Doubt, Doubted> all = new EnumMap<>(Doubt.class);
        all.putAll(doubts);
        long times = 0;
        long last = Tally.NEVER;
        for (Watch watch : watches) {
            long overlap = id == null ? Tally.NEVER : watch.lastOverlap(true);
            times += watch.setBacks() + (overlap == Tally.NEVER ? 0 : 1);
            last = Math.max(last, Math.max(watch.lastSetBack(), overlap));
        }
        if (times > 0) {
            all.put(Doubt.CLOCK_SET_BACK, new Doubted(times, last));
        }
        Doubted ends = brokenEnds();
        if (ends.count() > 0) {
            all.merge(Doubt.BROKEN_LINE, ends, (one, other) -> one.and(other.count(), other.last()));
        }
        return all;
    }

    /** Tells of each reason for doubt. */
    public void eachDoubt(DoubtConsumer consumer) {
        doubts().forEach((doubt, lines) -> consumer.accept(doubt, lines.count(), lines.last()));
    }

    /** Takes a reason for doubt. */
    @FunctionalInterface
    public interface DoubtConsumer {
        /** @param last the time of the last line; {@link Long#MAX_VALUE} where nobody knows */
        void accept(Doubt doubt, long count, long last);
    }

    /** Tells of what its summaries say was lost, by the names of the counters. */
    public void eachLoss(ObjLongConsumer<String> consumer) {
        Losses losses = losses();
        losses.byCounter().forEach((counter, count) -> consumer.accept(counter.label(), count));
        if (losses.others() > 0) {
            consumer.accept("others", losses.others());
        }
    }

    /** Whether a summary counts any call. */
    public boolean reportsCalls() {
        return reportsCalls;
    }

    /** IMDSv1 calls in the last summary that counts any. */
    public long reportedV1() {
        return reportedV1;
    }

    /** Where that summary begins; {@link Tally#NEVER} if there is none. */
    public long reportedV1From() {
        return reportedV1From;
    }

    /** Where it ends. */
    public long reportedV1To() {
        return reportedV1To;
    }

    /** How often the analyzer was started. */
    public long runs() {
        return runs;
    }

    /** Packets that the analyzer knows it lost. */
    public long lostPackets() {
        return lostPackets;
    }
}
