package dev.imdsanalyzer.process.packages;

import java.util.ArrayList;
import java.util.List;

/** Directories that became links into /usr while packages still list files by their old paths, or the other way round. */
final class MergedDirectories {
    private static final List<String> MERGED = List.of("/bin/", "/sbin/", "/lib/", "/lib64/", "/lib32/");

    private MergedDirectories() {}

    /** The path, and the others by which a package may list the same file. */
    static List<String> paths(String path) {
        List<String> paths = new ArrayList<>(List.of(path));
        for (String directory : MERGED) {
            if (path.startsWith(directory)) {
                paths.add("/usr" + path);
            } else if (path.startsWith("/usr" + directory)) {
                paths.add(path.substring("/usr".length()));
            }
        }
        // Fedora 42 and others have merged sbin into bin too.
        if (path.startsWith("/usr/bin/")) {
            paths.add("/usr/sbin/" + path.substring("/usr/bin/".length()));
        }
        return paths;
    }
}
