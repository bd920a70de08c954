package dev.imdsanalyzer.process.packages;

import dev.imdsanalyzer.kernel.RootedFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The database of rpm(8): SQLite (Fedora, Amazon Linux 2023, RHEL 9), rpm's own format (SUSE), or Berkeley DB (Amazon
 * Linux 2, RHEL 8).
 */
final class RpmPackages {
    private static final List<String> DIRECTORIES = List.of("/var/lib/rpm/", "/usr/lib/sysimage/rpm/");
    private static final String SQLITE = "rpmdb.sqlite";
    private static final String NDB = "Packages.db";
    private static final String BERKELEY = "Packages";
    private static final String BERKELEY_NAMES = "Basenames";

    /** An entry of Basenames: a package's number and the file's place among its files, a word each. */
    private static final int BERKELEY_ENTRY = 8;

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
                OwningPackage owner = inBerkeley(directory, paths);
                if (owner != null) {
                    return owner;
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

    private OwningPackage inBerkeley(String directory, String[] paths) {
        try (RootedFile namesFile = root.open(directory + BERKELEY_NAMES);
                RootedFile packagesFile = namesFile == null ? null : root.open(directory + BERKELEY)) {
            BerkeleyFile names = packagesFile == null ? null : BerkeleyFile.open(namesFile, deadline);
            BerkeleyFile packages = names == null ? null : BerkeleyFile.open(packagesFile, deadline);
            if (packages == null) {
                return null;
            }
            String baseName = paths[0].substring(paths[0].lastIndexOf('/') + 1);
            byte[] entries = names.value(baseName.getBytes(StandardCharsets.UTF_8));
            int length = entries == null ? 0 : entries.length;
            for (int entry = 0; entry + BERKELEY_ENTRY <= length && !deadline.isOver(); entry += BERKELEY_ENTRY) {
                int number = ByteBuffer.wrap(entries).order(names.order()).getInt(entry);
                byte[] key = ByteBuffer.allocate(Integer.BYTES)
                        .order(packages.order())
                        .putInt(number)
                        .array();
                OwningPackage owner = ifOwns(RpmHeader.of(packages.value(key)), paths);
                if (owner != null) {
                    return owner;
                }
            }
            return null;
        }
    }

    /** The row has the number, which is the row's own and so null, and the header. */
    private static OwningPackage ifOwns(Object[] row, String[] paths) {
        return ifOwns(
                row != null && row.length > 1 && row[1] instanceof byte[] blob ? RpmHeader.of(blob) : null, paths);
    }

    private static OwningPackage ifOwns(RpmHeader header, String[] paths) {
        for (String path : paths) {
            OwningPackage owner = header == null ? null : header.ifOwns(path);
            if (owner != null) {
                return owner;
            }
        }
        return null;
    }
}
