package dev.imdsanalyzer.daemon.calls;

import dev.imdsanalyzer.config.AllowedCaller;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsSettings;
import dev.imdsanalyzer.imds.caller.AllowList;
import dev.imdsanalyzer.imds.caller.FallbackMemory;
import dev.imdsanalyzer.output.line.caller.WorkloadName;
import dev.imdsanalyzer.process.Behind.Certainty;
import dev.imdsanalyzer.process.Caller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What can be said of a call only once its caller is known: whether it is a fallback after a failed token request, and
 * whether this caller may ask for credentials. One thread.
 */
public final class CallReview {
    private final FallbackMemory fallbacks;
    private final long ownNamespace = readOwnNamespace();
    private volatile AllowList allowList;

    /** @param allowed callers that are expected; empty for all */
    public CallReview(ImdsSettings settings, List<AllowedCaller> allowed) {
        fallbacks = new FallbackMemory(settings);
        allowList = list(allowed);
    }

    /** Takes another allow list from now on; any thread. */
    public void allow(List<AllowedCaller> allowed) {
        allowList = list(allowed);
    }

    private static AllowList list(List<AllowedCaller> allowed) {
        return new AllowList(allowed.stream()
                .map(caller -> new AllowList.Entry(caller.anyName(), caller.parts()))
                .toList());
    }

    /** The call with the findings that only its caller gives. */
    public ImdsCall review(ImdsCall call, Caller caller) {
        return review(call, caller, Certainty.NOBODY);
    }

    /**
     * The same for a caller behind a relay, or a relay. What is allowed to a relay is not to those behind it; and who is behind
     * it by time alone is not allowed what the relay is not: a program could wait for another's connect.
     *
     * @param link how surely the caller is the one behind
     */
    public ImdsCall review(ImdsCall call, Caller caller, Certainty link) {
        ImdsCall reviewed =
                fallbacks.review(call, callerKey(call, caller), containerKey(caller), WorkloadName.placeOf(caller));
        ImdsCall allowed =
                allowList.review(reviewed, CheckedNames.of(link == Certainty.UNSURE ? Caller.unknown(null) : caller));
        return link == Certainty.BY_TIME ? allowList.review(allowed, CheckedNames.of(caller.proxy())) : allowed;
    }

    /** What tells the caller from others: its process, or its connection where no process is known. */
    public static String callerKey(ImdsCall call, Caller caller) {
        return caller.pid() < 0 ? "connection " + call.connectionId() : caller.pid() + "@" + caller.startNanos();
    }

    /**
     * A network namespace that is not ours stands for a container whose id is not known, for the way to it is what a
     * lost answer tells of. Where the id is known it counts alone: the containers of a pod share the way, but one that
     * never asked for a token needs another remedy than one that did.
     */
    private String containerKey(Caller caller) {
        if (caller.containerId() != null) {
            return caller.containerId();
        }
        long namespace = caller.networkNamespace();
        return namespace < 0 || namespace == ownNamespace ? null : "net:" + namespace;
    }

    /** The inode in {@code net:[4026531840]}; -1 where /proc does not tell. */
    private static long readOwnNamespace() {
        try {
            String link = Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
            return Long.parseLong(link.substring(link.indexOf('[') + 1, link.length() - 1));
        } catch (IOException | NumberFormatException e) {
            return -1;
        }
    }
}
