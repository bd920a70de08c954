package dev.imdsanalyzer.report;

import dev.imdsanalyzer.imds.advice.ClientAdvice;
import java.util.regex.Pattern;

/**
 * What mends a caller that somebody else's package brings: who runs the host upgrades that, and does not change its code.
 *
 * @param name of the package
 * @param version that is installed; null if it is not known
 */
record PackagedSoftware(String name, String version) {
    /** Packages of tools and interpreters: what calls is somebody's script or program, which no package here owns. */
    private static final Pattern TOOLS =
            Pattern.compile("(?:curl|wget2?|aria2|httpie|lynx|w3m|socat|netcat.*|nmap(?:-ncat)?|bash|dash"
                    + "|[kz]sh|mksh|busybox.*|coreutils|util-linux|sudo|jq|(?:platform-)?python[0-9.]*(?:-minimal|-libs|-base)?"
                    + "|perl(?:-base|-interpreter|-libs)?|ruby[0-9.]*|php[0-9.]*(?:-(?:cli|fpm|cgi|common))?|libapache2-mod-php.*"
                    + "|nodejs[0-9]*|golang.*|openjdk-.*|java-.*|temurin-.*|zulu.*|.*corretto.*|jdk.*)");

    /** The package that most of its calls come from; null where it is none, or one of a tool. */
    static PackagedSoftware of(CallerGroup caller) {
        for (TopTexts.Counted counted : caller.packageVersions().sorted()) {
            String[] words = counted.text().split(" ", 2);
            if (!TOOLS.matcher(words[0]).matches()) {
                return new PackagedSoftware(words[0], words.length < 2 ? null : words[1]);
            }
        }
        return null;
    }

    /** What is known of it in particular, in a clause; null for nothing. */
    String known() {
        return version == null ? null : ClientAdvice.ofInstalled(name, version);
    }

    /**
     * The remedy in a clause.
     *
     * @param ofProduct what is known of the SDK in its User-Agent, as a clause; null for nothing
     */
    String remedy(String ofProduct) {
        String here = "package " + name + (version == null ? "" : " (" + version + " here)");
        if (ofProduct == null) {
            return "Upgrade " + here + " to a release that knows IMDSv2: its vendor's notes say since which";
        }
        return ofProduct.startsWith("Upgrade")
                ? "Upgrade " + here + ", which brings its SDK along: u" + ofProduct.substring(1)
                : ofProduct;
    }
}
