package dev.imdsanalyzer.process.proc;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Kubernetes pod as its control group names it: podUID, or with systemd kubepods-QOS-podU_I_D.slice.
 *
 * @param depth the group's place in its path, cut at its slashes
 */
record PodGroup(String uid, String qos, int depth) {
    /** Systemd's names have those of the groups above in them, and the kubelet's own root may be any. */
    private static final Pattern POD = Pattern.compile("(?:(?:.+-)?kubepods-(?:(burstable|besteffort)-)?)?"
            + "pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})"
            + "(?:\\.slice.*)?");

    /** The pod of a path, cut at its slashes; null when there is none. */
    static PodGroup find(String[] groups) {
        boolean kubernetes = false;
        String qos = "guaranteed";
        for (int i = 0; i < groups.length; i++) {
            String group = groups[i];
            // From inside a pod what is above the groups that both are in is not seen.
            kubernetes |= group.contains("kubepods") || group.equals("..");
            if (group.equals("burstable") || group.equals("besteffort")) {
                qos = group;
            }
            Matcher matcher = POD.matcher(group);
            if (kubernetes && matcher.matches()) {
                String inName = matcher.group(1);
                return new PodGroup(matcher.group(2).replace('_', '-'), inName != null ? inName : qos, i);
            }
        }
        return null;
    }
}
