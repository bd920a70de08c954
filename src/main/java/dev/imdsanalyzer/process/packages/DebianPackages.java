package dev.imdsanalyzer.process.packages;

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

    /** PATH_MAX of linux/limits.h. */
    private static final int PATH_LIMIT = 4096;

    private static final byte[] ADMINISTRATOR = bytes(":");
    private static final byte[] PACKAGE_FIELD = bytes("Package: ");
    private static final byte[] STATUS_FIELD = bytes("Status: ");
    private static final byte[] ARCHITECTURE_FIELD = bytes("Architecture: ");
    private static final byte[] VERSION_FIELD = bytes("Version: ");
    private static final byte[] MULTI_ARCH_FIELD = bytes("Multi-Arch: ");

    private final FileRoot root;
    private final LineReader statusLines;
    private final LineReader listLines;

    /** @param root whose reads are paid for from the budget */
    DebianPackages(FileRoot root, LookupBudget budget) {
        this.root = root;
        this.statusLines = new LineReader(budget);
        this.listLines = new LineReader(budget);
    }

    /** The package that owns the file; null when none does. */
    OwningPackage owner(String path) {
        List<byte[]> paths = new ArrayList<>();
        MergedDirectories.paths(path).forEach(one -> paths.add(bytes(one)));
        String diverter = diverter(paths);
        try (DatabaseFile status = root.open(STATUS)) {
            boolean more = status != null;
            statusLines.begin(status);
            while (more) {
                Paragraph paragraph = new Paragraph();
                more = paragraph.read(statusLines);
                if (paragraph.isInstalled()
                        && (diverter != null ? paragraph.name.equals(diverter) : lists(paragraph.list(), paths))) {
                    return new OwningPackage(paragraph.name, paragraph.version, "deb");
                }
            }
        }
        return null;
    }

    private boolean lists(String list, List<byte[]> paths) {
        try (DatabaseFile file = root.open(list)) {
            listLines.begin(file);
            while (file != null && listLines.advance()) {
                if (isOneOf(paths)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isOneOf(List<byte[]> paths) {
        for (int i = 0; i < paths.size(); i++) {
            if (listLines.is(paths.get(i))) {
                return true;
            }
        }
        return false;
    }

    /**
     * The package whose own file has taken the place of another's, if the path is such a place; else null. Where the path
     * is a moved file's new place, the list of paths gets its old one, under which its owner lists it.
     */
    private String diverter(List<byte[]> paths) {
        try (DatabaseFile diversions = root.open(DIVERSIONS)) {
            listLines.begin(diversions);
            // Three lines each: from, to, and the package that wants it, or a colon for the administrator.
            while (diversions != null && listLines.advance()) {
                boolean diverted = isOneOf(paths);
                String from = listLines.rest(0, PATH_LIMIT);
                if (listLines.advance() && isOneOf(paths)) {
                    paths.clear();
                    MergedDirectories.paths(from).forEach(one -> paths.add(bytes(one)));
                    return null;
                }
                if (listLines.advance() && diverted && !listLines.is(ADMINISTRATOR)) {
                    return listLines.rest(0, OwningPackage.WORD_LIMIT);
                }
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
            name = value != null ? value : name;
            value = reader.after(STATUS_FIELD);
            state = value != null ? value : state;
            value = reader.after(ARCHITECTURE_FIELD);
            architecture = value != null ? value : architecture;
            value = reader.after(VERSION_FIELD);
            version = value != null ? value : version;
            multiArch |= "same".equals(reader.after(MULTI_ARCH_FIELD));
        }

        boolean isInstalled() {
            return name != null
                    && name.indexOf('/') < 0
                    && OwningPackage.isWord(name)
                    && version != null
                    && OwningPackage.isWord(version)
                    && state.endsWith(" installed");
        }

        String list() {
            return INFO + name + (multiArch ? ":" + architecture : "") + ".list";
        }
    }
}
