package dev.imdsanalyzer.process.packages;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The file whose package is looked up, in the parts that rpm keeps. */
final class WantedFile {
    private final byte[] baseName;
    private final byte[][] folders;

    private WantedFile(byte[] baseName, byte[][] folders) {
        this.baseName = baseName;
        this.folders = folders;
    }

    static WantedFile of(String path) {
        List<String> paths = MergedDirectories.paths(path);
        byte[][] folders = new byte[paths.size()][];
        for (int i = 0; i < folders.length; i++) {
            String one = paths.get(i);
            folders[i] = one.substring(0, one.lastIndexOf('/') + 1).getBytes(StandardCharsets.UTF_8);
        }
        return new WantedFile(path.substring(path.lastIndexOf('/') + 1).getBytes(StandardCharsets.UTF_8), folders);
    }

    /** Not to be written to. */
    byte[] baseName() {
        return baseName;
    }

    /** Each that may stand for the same one, with the slash at its end; not to be written to. */
    byte[][] folders() {
        return folders;
    }
}
