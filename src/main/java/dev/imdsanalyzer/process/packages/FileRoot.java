package dev.imdsanalyzer.process.packages;

import dev.imdsanalyzer.kernel.RootedFile;

/** The root directory below which a database and the files that it lists are. */
interface FileRoot {
    /** Opens a regular file by its absolute path below the root; null when there is none. */
    RootedFile open(String path);

    /** The whole file; null when there is none, or when it is larger than the limit. */
    default byte[] read(String path, int limit) {
        try (RootedFile file = open(path)) {
            return file == null || file.status().size() > limit ? null : file.readStart(limit);
        }
    }
}
