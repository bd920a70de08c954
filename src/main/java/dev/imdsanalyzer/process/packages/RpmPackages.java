package dev.imdsanalyzer.process.packages;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
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
    private final LookupBudget budget;

    /** @param root whose reads are paid for from the budget */
    RpmPackages(FileRoot root, LookupBudget budget) {
        this.root = root;
        this.budget = budget;
    }

    /** The package that owns the file; null when none does. */
    OwningPackage owner(String path) {
        WantedFile wanted = WantedFile.of(path);
        for (String directory : DIRECTORIES) {
            try (DatabaseFile sqlite = root.open(directory + SQLITE);
                    DatabaseFile ndb = sqlite != null ? null : root.open(directory + NDB)) {
                if (sqlite != null) {
                    return inSqlite(sqlite, wanted);
                }
                if (ndb != null) {
                    return NdbFile.owner(ndb, wanted, budget);
                }
                OwningPackage owner = inBerkeley(directory, wanted);
                if (owner != null) {
                    return owner;
                }
            } catch (IndexOutOfBoundsException | IllegalArgumentException | BufferUnderflowException e) {
                return null;
            }
        }
        return null;
    }

    private OwningPackage inSqlite(DatabaseFile file, WantedFile wanted) {
        SqliteFile database = SqliteFile.open(file, budget);
        int index = database == null ? 0 : database.rootPage("Basenames_key_idx");
        int names = index == 0 ? 0 : database.rootPage("Basenames");
        int packages = names == 0 ? 0 : database.rootPage("Packages");
        if (packages == 0) {
            return null;
        }
        for (long row : database.rowsWith(index, wanted.baseName())) {
            // (key, hnum, idx)
            SqliteRecord name = database.row(names, row);
            if (name != null && name.isNumber(1)) {
                // The number, which is the row's own and so null, and the header.
                SqliteRecord entry = database.row(packages, name.number(1));
                OwningPackage owner = entry == null ? null : ifOwns(entry.blob(1), wanted);
                if (owner != null) {
                    return owner;
                }
            }
        }
        return null;
    }

    private OwningPackage inBerkeley(String directory, WantedFile wanted) {
        try (DatabaseFile namesFile = root.open(directory + BERKELEY_NAMES);
                DatabaseFile packagesFile = namesFile == null ? null : root.open(directory + BERKELEY)) {
            BerkeleyFile names = packagesFile == null ? null : BerkeleyFile.open(namesFile, budget);
            BerkeleyFile packages = names == null ? null : BerkeleyFile.open(packagesFile, budget);
            ByteBuffer entries = packages == null ? null : names.value(wanted.baseName());
            int length = entries == null ? 0 : entries.limit();
            for (int entry = 0; entry + BERKELEY_ENTRY <= length; entry += BERKELEY_ENTRY) {
                budget.spend(BERKELEY_ENTRY);
                byte[] key = ByteBuffer.allocate(Integer.BYTES)
                        .order(packages.order())
                        .putInt(entries.getInt(entry))
                        .array();
                OwningPackage owner = ifOwns(packages.value(key), wanted);
                if (owner != null) {
                    return owner;
                }
            }
            return null;
        }
    }

    private OwningPackage ifOwns(ByteBuffer blob, WantedFile wanted) {
        RpmHeader header = RpmHeader.of(blob, budget);
        return header == null ? null : header.ifOwns(wanted);
    }
}
