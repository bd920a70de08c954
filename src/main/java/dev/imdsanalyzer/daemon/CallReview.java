package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.imds.AllowList;
import dev.imdsanalyzer.imds.FallbackMemory;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsSettings;
import dev.imdsanalyzer.process.Caller;
import java.util.List;

/**
 * What can be said of a call only once its caller is known: whether it is a fallback after a failed token request, and
 * whether this caller may ask for credentials. One thread.
 */
final class CallReview {
    private final FallbackMemory fallbacks;
    private volatile AllowList allowList;

    CallReview(ImdsSettings settings, List<String> allowed) {
        fallbacks = new FallbackMemory(settings);
        allowList = new AllowList(allowed);
    }

    /** Takes another allow list from now on; any thread. */
    void allow(List<String> allowed) {
        allowList = new AllowList(allowed);
    }

    ImdsCall review(ImdsCall call, Caller caller) {
        String processKey = caller.pid() < 0 ? null : caller.pid() + "@" + caller.startNanos();
        ImdsCall reviewed = fallbacks.review(call, processKey, caller.containerId());
        return allowList.review(reviewed, caller.executable(), caller.systemdUnit(), caller.containerId());
    }
}
