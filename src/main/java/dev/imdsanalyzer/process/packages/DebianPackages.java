package dev.imdsanalyzer.process.packages;

import dev.imdsanalyzer.kernel.RootedFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The database of dpkg(1): a list of files for each package in /var/lib/dpkg/info, versions in /var/lib/dpkg/status,
 * moved files in /var/lib/dpkg/diversions; deb-control(5), dpkg-divert(1).
 */
final class DebianPackages {
    static final String STATUS = "/var/lib/dpkg/status";
    private static final String DIVERSIONS = "/var/lib/dpkg/diversions";
    private static final String INFO = "/var/lib/dpkg/info/";
    private static final int DIVERSIONS_LIMIT = 256 * 1024;

    private static final byte[] PACKAGE_FIELD = bytes("Package: ");
    private static final byte[] STATUS_FIELD = bytes("Status: ");
    private static final byte[] ARCHITECTURE_FIELD = bytes("Architecture: ");
    private static final byte[] VERSION_FIELD = bytes("Version: ");
    private static final byte[] MULTI_ARCH_FIELD = bytes("Multi-Arch: ");

    private final FileRoot root;
    private final Deadline deadline;

    DebianPackages(FileRoot root, Deadline deadline) {
        this.root = root;
        this.deadline = deadline;
    }

    /** The package that owns the file; null when none does, or the time is up. */
    OwningPackage owner(String path) {
        List<String> paths = MergedDirectories.paths(path);
        String diverter = diverter(paths);
        List<byte[]> lines = new ArrayList<>();
        paths.forEach(candidate -> lines.add(bytes(candidate)));
        try (RootedFile status = root.open(STATUS)) {
            LineReader reader = status == null ? null : new LineReader(status);
            boolean more = reader != null;
            while (more && !deadline.isOver()) {
                Paragraph paragraph = new Paragraph();
                more = paragraph.read(reader);
                boolean owner = paragraph.isInstalled()
                        && (diverter != null ? paragraph.name.equals(diverter) : lists(paragraph.list(), lines));
                if (owner) {
                    return new OwningPackage(paragraph.name, paragraph.version, "deb");
                }
            }
        }
        return null;
    }

    private boolean lists(String list, List<byte[]> lines) {
        try (RootedFile file = root.open(list)) {
            LineReader reader = file == null ? null : new LineReader(file);
            while (reader != null && reader.advance()) {
                for (byte[] line : lines) {
                    if (reader.is(line)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /**
     * The package whose own file has taken the place of another's, if the path is such a place; else null. Where the path
     * is a moved file's new place, the list of paths gets its old one, under which its owner lists it.
     */
    private String diverter(List<String> paths) {
        byte[] diversions = root.read(DIVERSIONS, DIVERSIONS_LIMIT);
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

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What the status file says of one package. */
    private static final class Paragraph {
        private String name;
        private String state = "";
        private String architecture;
        private String version;
        private boolean multiArch;

        /** Reads up to an empty line; false when it was the last. */
        boolean read(LineReader reader) {
            while (reader.advance()) {
                if (reader.isEmpty()) {
                    return true;
                }
                field(reader);
            }
            return false;
        }

        private void field(LineReader reader) {
            String value = reader.after(PACKAGE_FIELD);
            if (value != null) {
                name = value;
            }
            value = reader.after(STATUS_FIELD);
            state = value != null ? value : state;
            value = reader.after(ARCHITECTURE_FIELD);
            architecture = value != null ? value : architecture;
            value = reader.after(VERSION_FIELD);
            version = value != null ? value : version;
            multiArch |= "same".equals(reader.after(MULTI_ARCH_FIELD));
        }

        boolean isInstalled() {
            return name != null && name.indexOf('/') < 0 && version != null && state.endsWith(" installed");
        }

        String list() {
            return INFO + name + (multiArch ? ":" + architecture : "") + ".list";
        }
    }
}
