package dev.imdsanalyzer.process.containers;

import dev.imdsanalyzer.process.proc.Passwd;
import java.io.IOException;
import java.io.InputStream;

/** Where users who run containers of their own keep them: below their home, which the host's /etc/passwd says. */
final class UserFolders {
    /** Some ten thousand users. */
    private static final int FILE_LIMIT = 512 * 1024;

    private static final String DATA = "/.local/share";

    /** Podman's, below the data; types/options.go of containers/storage. */
    static final String STORAGE = "/containers/storage";

    private final HostFolders folders;

    UserFolders(HostFolders folders) {
        this.folders = folders;
    }

    /**
     * The user's folder for the data of programs, as the XDG Base Directory Specification has it by default.
     *
     * @return null where the host does not know the user
     */
    String data(long user) {
        String home = folders.read(0, "/etc", "passwd", file -> home(file, user));
        return home == null || !home.startsWith("/") || home.length() == 1 ? null : home + DATA;
    }

    private static String home(InputStream file, long user) {
        try {
            return Passwd.home(file.readNBytes(FILE_LIMIT), user);
        } catch (IOException e) {
            return null;
        }
    }
}
