package dev.imdsanalyzer.process.packages;

/** The root directory below which a database and the files that it lists are. */
interface FileRoot {
    /** Opens a regular file by its absolute path below the root; null when there is none. */
    DatabaseFile open(String path);

    /** The same root, whose opens and reads are paid for first. */
    default FileRoot metered(LookupBudget budget) {
        return path -> {
            budget.spend(4 * LookupBudget.SYSTEM_CALL);
            return DatabaseFile.metered(open(path), budget);
        };
    }
}
