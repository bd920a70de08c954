package dev.imdsanalyzer.daemon.calls;

import dev.imdsanalyzer.kernel.bpf.ConnectLoss;
import dev.imdsanalyzer.kernel.bpf.ConnectOwner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Connect events that the kernel could not hand over, as they stood at one moment.
 *
 * @param total since the start
 * @param byOwner since the start, as far as it is known whose they were
 */
public record LostConnects(long total, List<ConnectLoss> byOwner) {
    /** None so far. */
    public static final LostConnects NONE = new LostConnects(0, List.of());

    private static final int OWNERS_TOLD = 3;

    /** Whose were lost since an earlier moment, those who lost most first, for a person. */
    public String since(LostConnects before) {
        Map<ConnectOwner, Long> earlier = new HashMap<>();
        before.byOwner.forEach(loss -> earlier.put(loss.owner(), loss.records()));
        List<ConnectLoss> losses = new ArrayList<>();
        for (ConnectLoss loss : byOwner) {
            long records = loss.records() - earlier.getOrDefault(loss.owner(), 0L);
            if (records > 0) {
                losses.add(new ConnectLoss(loss.owner(), records));
            }
        }
        losses.sort(Comparator.comparingLong(ConnectLoss::records).reversed());
        List<String> told = new ArrayList<>();
        long rest = total - before.total;
        for (ConnectLoss loss : losses.subList(0, Math.min(OWNERS_TOLD, losses.size()))) {
            told.add(loss.records() + " of " + loss.owner());
            rest -= loss.records();
        }
        if (rest > 0) {
            told.add(rest + " of others");
        }
        return String.join(", ", told);
    }
}
