package dev.imdsanalyzer.process.socket;

import dev.imdsanalyzer.process.Behind;
import dev.imdsanalyzer.process.Behind.Certainty;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.RelayQuestion;
import dev.imdsanalyzer.process.UnseenConnect;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Says for whom a process called that may be a relay: slirp4netns and pasta, which carry on the TCP of a network namespace's
 * only device; a proxy beside a program in its network namespace, to which its connects are redirected.
 *
 * <p>A program behind is only named where nobody else can be: what else asked at that time, or may have an open connection to
 * the relay, makes it unsure. For one thread.
 */
final class RelayJudge {
    private final RelayEvidence evidence;

    RelayJudge(RelayEvidence evidence) {
        this.evidence = evidence;
    }

    Behind judge(RelayQuestion question) {
        List<UnseenConnect> around = where(question.unseen(), question::isAround);
        if (!around.isEmpty() && evidence.carriesPackets(question.caller())) {
            return new Behind(isOneCaller(question, around) ? Certainty.BY_TIME : Certainty.UNSURE, around);
        }
        List<UnseenConnect> near = where(question.unseen(), question::isNear);
        return near.isEmpty() ? Behind.NOBODY : besides(question, near);
    }

    /** For proxies in the network namespace of those who call. */
    private Behind besides(RelayQuestion question, List<UnseenConnect> near) {
        RelayEvidence.Sockets sockets = evidence.sockets(question.caller());
        List<UnseenConnect> open = where(near, sockets::answers);
        List<UnseenConnect> fresh = where(near, question::isFreshFor);
        if (!open.isEmpty()) {
            // One that closed a moment ago may have asked as well.
            List<UnseenConnect> both = new ArrayList<>(open);
            both.addAll(fresh);
            return isOneCaller(question, both)
                    ? new Behind(Certainty.PROVEN, open)
                    : new Behind(Certainty.UNSURE, both);
        }
        if (!sockets.listens()) {
            return Behind.NOBODY;
        }
        return new Behind(
                !fresh.isEmpty() && isOneCaller(question, fresh) ? Certainty.BY_TIME : Certainty.UNSURE, fresh);
    }

    private interface Test {
        boolean holds(UnseenConnect connect);
    }

    private static List<UnseenConnect> where(Collection<UnseenConnect> all, Test test) {
        return all.stream().filter(test::holds).toList();
    }

    /** Not where there were more than were looked at: one process could make enough of them to hide another's. */
    private static boolean isOneCaller(RelayQuestion question, List<UnseenConnect> connects) {
        if (question.more()) {
            return false;
        }
        Caller one = connects.get(0).caller();
        return connects.stream().allMatch(connect -> connect.isBy(one));
    }
}
