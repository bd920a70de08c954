package dev.imdsanalyzer.process.packages;

import dev.imdsanalyzer.kernel.RootedFile;
import java.util.List;

/**
 * The database of rpm(8), as SQLite (Fedora, Amazon Linux 2023, RHEL 9) or in rpm's own format (SUSE). Berkeley DB, as in
 * Amazon Linux 2 and RHEL 8, is not read: callers there have no package.
 */
final class RpmPackages {
    private static final List<String> DIRECTORIES = List.of("/var/lib/rpm/", "/usr/lib/sysimage/rpm/");
    private static final String SQLITE = "rpmdb.sqlite";
    private static final String NDB = "Packages.db";

    private final FileRoot root;
    private final Deadline deadline;

    RpmPackages(FileRoot root, Deadline deadline) {
        this.root = root;
        this.deadline = deadline;
    }

    /** The package that owns the file; null when none does, or the time is up. */
    OwningPackage owner(String path) {
        String[] paths = MergedDirectories.paths(path).toArray(String[]::new);
        for (String directory : DIRECTORIES) {
            try (RootedFile sqlite = root.open(directory + SQLITE);
                    RootedFile ndb = sqlite != null ? null : root.open(directory + NDB)) {
                if (sqlite != null) {
                    return inSqlite(sqlite, paths);
                }
                if (ndb != null) {
                    return NdbFile.owner(ndb, paths, deadline);
                }
            } catch (IndexOutOfBoundsException | IllegalArgumentException | java.nio.BufferUnderflowException e) {
                return null;
            }
        }
        return null;
    }

    private OwningPackage inSqlite(RootedFile file, String[] paths) {
        SqliteFile database =
                SqliteFile.open((position, into) -> file.read(position, into, 0, into.length) == into.length, deadline);
        int index = database == null ? 0 : database.rootPage("Basenames_key_idx");
        int names = index == 0 ? 0 : database.rootPage("Basenames");
        int packages = names == 0 ? 0 : database.rootPage("Packages");
        if (packages == 0) {
            return null;
        }
        String baseName = paths[0].substring(paths[0].lastIndexOf('/') + 1);
        for (long row : database.rowsWith(index, baseName)) {
            Object[] name = database.row(names, row);
            // (key, hnum, idx)
            if (name != null && name.length > 1 && name[1] instanceof Long number) {
                OwningPackage owner = ifOwns(database.row(packages, number), paths);
                if (owner != null) {
                    return owner;
                }
            }
            if (deadline.isOver()) {
                return null;
            }
        }
        return null;
    }

    /** The row has the number, which is the row's own and so null, and the header. */
    private static OwningPackage ifOwns(Object[] row, String[] paths) {
        RpmHeader header = row != null && row.length > 1 && row[1] instanceof byte[] blob ? RpmHeader.of(blob) : null;
        for (String path : paths) {
            OwningPackage owner = header == null ? null : header.ifOwns(path);
            if (owner != null) {
                return owner;
            }
        }
        return null;
    }
}
