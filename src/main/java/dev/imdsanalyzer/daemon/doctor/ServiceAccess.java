package dev.imdsanalyzer.daemon.doctor;

import dev.imdsanalyzer.daemon.host.HostFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether the service could write somewhere: by the owner, the group and the mode of what is there, and by the folders
 * that its unit leaves writable. Not by access control lists, which are not looked at. The service's thread that opens the
 * files has given up every capability, so folders on the way count too.
 */
final class ServiceAccess {
    private static final Map<String, String> DIRECTORIES =
            Map.of("LogsDirectory", "/var/log", "StateDirectory", "/var/lib");

    private final SystemdService service;
    private final String user;
    private final Set<String> groups = new HashSet<>();

    /** @param groupFile the text of /etc/group */
    ServiceAccess(SystemdService service, String groupFile) {
        this.service = service;
        this.user = service.property("User").isEmpty() ? "root" : service.property("User");
        // Without Group= it is the user's own group, which for the users of services has the user's name.
        groups.add(service.property("Group").isEmpty() ? user : service.property("Group"));
        groups.addAll(service.words("SupplementaryGroups"));
        groupFile.lines().map(line -> line.split(":", -1)).forEach(fields -> {
            if (fields.length == 4 && List.of(fields[3].split(",", -1)).contains(user)) {
                groups.add(fields[0]);
            }
        });
    }

    /** The name of the service's user. */
    String user() {
        return user;
    }

    /** Whether the unit itself makes this folder before the program starts. */
    boolean makes(Path folder) {
        return service.words("ExecStartPre").contains(folder.toString())
                || directories().contains(folder);
    }

    /**
     * What keeps it from writing.
     *
     * @param path of the file, or of the folder for dated files, absolute
     * @param existing the same, or the folder in which it is to be made
     * @return null where nothing does
     */
    Check refusal(Path path, Path existing) {
        try {
            if (sandboxed(existing)) {
                return lack(
                        existing + " is read-only to the service (ProtectSystem=strict)",
                        "make the folder, and name it in ReadWritePaths= as in /usr/share/doc/" + SystemdService.NAME
                                + "/examples/other-log-folder.conf");
            }
            for (Path folder = existing.toRealPath().getParent(); folder != null; folder = folder.getParent()) {
                if (!has(folder, Bits.EXECUTE)) {
                    return lack(
                            named(folder) + " cannot be entered" + byUser(), "let that user in: chmod o+x " + folder);
                }
            }
            if (!has(existing, Bits.WRITE) || (Files.isDirectory(existing) && !has(existing, Bits.EXECUTE))) {
                return lack(
                        named(existing) + " cannot be written to" + byUser(),
                        existing.equals(path)
                                ? "chown " + user + " " + path
                                : "make " + path + " first, and give it to that user");
            }
        } catch (IOException e) {
            return lack(existing + ": " + HostFile.reason(e), "look at it with ls -ld");
        }
        return null;
    }

    private String byUser() {
        return " by the service's user " + user;
    }

    private Check lack(String found, String mend) {
        // It has a file open; or an access control list lets it, or the configuration is newer than its start.
        return service.running()
                ? Check.weak("output", found, "the service, which runs, may keep no line after its next start", mend)
                : Check.missing("output", found, "no line is kept: the service does not start", mend);
    }

    private boolean sandboxed(Path existing) throws IOException {
        if (!service.property("ProtectSystem").equals("strict")
                || !service.property("BindPaths").isEmpty()) {
            return false;
        }
        Set<Path> writable = directories();
        for (String entry : service.words("ReadWritePaths")) {
            writable.add(Path.of(entry.replaceFirst("^[-+]+", "")));
        }
        Path real = existing.toRealPath();
        for (Path folder : writable) {
            if (folder.isAbsolute() && Files.exists(folder) && real.startsWith(folder.toRealPath())) {
                return false;
            }
        }
        return true;
    }

    /** Those that systemd makes, gives to the user and leaves writable. */
    private Set<Path> directories() {
        Set<Path> folders = new HashSet<>();
        DIRECTORIES.forEach((property, base) -> {
            for (String name : service.words(property)) {
                folders.add(Path.of(base, name));
            }
        });
        return folders;
    }

    /** The same right for owner, group and others. */
    private record Bits(PosixFilePermission owner, PosixFilePermission group, PosixFilePermission others) {
        static final Bits WRITE = new Bits(
                PosixFilePermission.OWNER_WRITE, PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
        static final Bits EXECUTE = new Bits(
                PosixFilePermission.OWNER_EXECUTE,
                PosixFilePermission.GROUP_EXECUTE,
                PosixFilePermission.OTHERS_EXECUTE);
    }

    /** As path_resolution(7): the first that fits decides, even where a later one gives more. */
    private boolean has(Path path, Bits bits) throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class);
        if (user.equals("root") || user.equals("0")) {
            return true;
        }
        PosixFilePermission bit = bits.others();
        if (user.equals(attributes.owner().getName())
                || user.equals(Files.getAttribute(path, "unix:uid").toString())) {
            bit = bits.owner();
        } else if (groups.contains(attributes.group().getName())) {
            bit = bits.group();
        }
        return attributes.permissions().contains(bit);
    }

    private static String named(Path path) throws IOException {
        PosixFileAttributes attributes =
                Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return path + " (" + attributes.owner().getName() + ":"
                + attributes.group().getName() + " " + PosixFilePermissions.toString(attributes.permissions()) + ")";
    }
}
