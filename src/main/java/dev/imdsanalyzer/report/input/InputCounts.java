package dev.imdsanalyzer.report.input;

import java.util.ArrayList;
import java.util.List;

/** What was read, and what was left out and why. */
public final class InputCounts {
    private static final int MAXIMUM_NAMES = 20;

    private long inputs;
    private long bytes;
    private long events;
    private long duplicates;
    private long foreign;
    private long broken;
    private boolean duplicatesUncertain;
    private long damaged;
    private long denied;
    private long foreignForms;
    private String firstDenied;
    private final List<String> damagedNames = new ArrayList<>();
    private final List<StoredInput> stored = new ArrayList<>();

    void addInput() {
        inputs++;
    }

    void addBytes(long count) {
        bytes += count;
    }

    void addEvent() {
        events++;
    }

    void addDuplicate() {
        duplicates++;
    }

    void addForeign() {
        foreign++;
    }

    void addBroken() {
        broken++;
    }

    void addDamaged(String name, String reason) {
        damaged++;
        if (damagedNames.size() < MAXIMUM_NAMES) {
            damagedNames.add(name + ": " + reason);
        }
    }

    void addDenied(String name) {
        denied++;
        firstDenied = firstDenied == null ? name : firstDenied;
        addDamaged(name, "no permission to read it");
    }

    void addForeignForm(String name, String what) {
        foreignForms++;
        addDamaged(name, what);
    }

    void setDuplicatesUncertain() {
        duplicatesUncertain = true;
    }

    /** Keeps in mind what was read. */
    public void addStored(StoredInput input) {
        stored.add(input);
    }

    /** What was read as it is stored, in the order of the arguments; empty where it was not asked for. */
    public List<StoredInput> stored() {
        return List.copyOf(stored);
    }

    /** Files and streams opened. */
    public long inputs() {
        return inputs;
    }

    /** Bytes read, before unpacking. */
    public long bytes() {
        return bytes;
    }

    /** Our own lines, each once. */
    public long events() {
        return events;
    }

    /** Our own lines that had been read before, and were left out. */
    public long duplicates() {
        return duplicates;
    }

    /** Lines of somebody else. */
    public long foreign() {
        return foreign;
    }

    /** Lines that begin like JSON and are none: half lines. */
    public long broken() {
        return broken;
    }

    /** Whether a line may have been counted twice because too many inputs overlap. */
    public boolean duplicatesUncertain() {
        return duplicatesUncertain;
    }

    /** Inputs that could not be read to their end. */
    public long damaged() {
        return damaged;
    }

    /** Those of them that are no logs at all. */
    public long foreignForms() {
        return foreignForms;
    }

    /** Those of them that we may not read. */
    public long denied() {
        return denied;
    }

    /** The name of the first that we may not read; null if there is none. */
    public String firstDenied() {
        return firstDenied;
    }

    /** The first of them, each with the reason. */
    public List<String> damagedNames() {
        return List.copyOf(damagedNames);
    }
}
