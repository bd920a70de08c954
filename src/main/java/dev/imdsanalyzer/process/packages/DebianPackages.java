package dev.imdsanalyzer.process.packages;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The database of dpkg(1): a list of files for each package in /var/lib/dpkg/info, versions in /var/lib/dpkg/status,
 * moved files in /var/lib/dpkg/diversions; deb-control(5), dpkg-divert(1).
 */
final class DebianPackages {
    static final String STATUS = "/var/lib/dpkg/status";
    private static final String DIVERSIONS = "/var/lib/dpkg/diversions";
    private static final String INFO = "/var/lib/dpkg/info/";
    private static final int STATUS_LIMIT = 32 << 20;
    private static final int LIST_LIMIT = 16 << 20;

    private record Installed(String name, String architecture, String version, boolean multiArch) {
        String list() {
            return INFO + name + (multiArch ? ":" + architecture : "") + ".list";
        }
    }

    private final FileRoot root;
    private final Deadline deadline;

    DebianPackages(FileRoot root, Deadline deadline) {
        this.root = root;
        this.deadline = deadline;
    }

    /** The package that owns the file; null when none does, or the time is up. */
    OwningPackage owner(String path) {
        byte[] status = root.read(STATUS, STATUS_LIMIT);
        if (status == null) {
            return null;
        }
        List<Installed> packages = installed(new String(status, StandardCharsets.UTF_8));
        List<String> paths = MergedDirectories.paths(path);
        String divertedTo = diverter(paths);
        if (divertedTo != null) {
            return byName(packages, divertedTo);
        }
        List<byte[]> lines = new ArrayList<>();
        paths.forEach(candidate -> lines.add(candidate.getBytes(StandardCharsets.UTF_8)));
        for (Installed installed : packages) {
            if (deadline.isOver()) {
                return null;
            }
            byte[] list = root.read(installed.list(), LIST_LIMIT);
            for (byte[] line : lines) {
                if (list != null && hasLine(list, line)) {
                    return new OwningPackage(installed.name(), installed.version(), "deb");
                }
            }
        }
        return null;
    }

    private static OwningPackage byName(List<Installed> packages, String name) {
        for (Installed installed : packages) {
            if (installed.name().equals(name)) {
                return new OwningPackage(name, installed.version(), "deb");
            }
        }
        return null;
    }

    /**
     * The package whose own file has taken the place of another's, if the path is such a place; else null. Where the path
     * is a moved file's new place, the list of paths gets its old one, under which its owner lists it.
     */
    private String diverter(List<String> paths) {
        byte[] diversions = root.read(DIVERSIONS, LIST_LIMIT);
        if (diversions == null) {
            return null;
        }
        // Three lines each: from, to, and the package that wants it, or a colon for the administrator.
        String[] lines = new String(diversions, StandardCharsets.UTF_8).split("\n", -1);
        for (int i = 0; i + 2 < lines.length; i += 3) {
            if (paths.contains(lines[i + 1])) {
                paths.clear();
                paths.addAll(MergedDirectories.paths(lines[i]));
                return null;
            }
            if (paths.contains(lines[i]) && !lines[i + 2].equals(":")) {
                return lines[i + 2];
            }
        }
        return null;
    }

    private static List<Installed> installed(String status) {
        List<Installed> packages = new ArrayList<>();
        for (String paragraph : status.split("\n\n", -1)) {
            String state = field(paragraph, "Status");
            String name = field(paragraph, "Package");
            if (name != null && name.indexOf('/') < 0 && state != null && state.endsWith(" installed")) {
                packages.add(new Installed(
                        name,
                        field(paragraph, "Architecture"),
                        field(paragraph, "Version"),
                        "same".equals(field(paragraph, "Multi-Arch"))));
            }
        }
        return packages;
    }

    private static String field(String paragraph, String name) {
        int start = paragraph.startsWith(name + ": ") ? 0 : paragraph.indexOf("\n" + name + ": ");
        if (start < 0) {
            return null;
        }
        int value = paragraph.indexOf(": ", start) + 2;
        int end = paragraph.indexOf('\n', value);
        return paragraph.substring(value, end < 0 ? paragraph.length() : end);
    }

    static boolean hasLine(byte[] list, byte[] line) {
        int last = list.length - line.length;
        for (int start = 0; start <= last; ) {
            int end = start + line.length;
            if ((end == list.length || list[end] == '\n') && Arrays.equals(list, start, end, line, 0, line.length)) {
                return true;
            }
            while (start < list.length && list[start] != '\n') {
                start++;
            }
            start++;
        }
        return false;
    }
}
