package dev.imdsanalyzer.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * A control group named as systemd names a service's, so that a program can be shown in a unit without a systemd.
 * Removed when closed, with the folders above it that were made for it.
 */
final class DemoUnit implements AutoCloseable {
    private static final Set<DemoUnit> OPEN = ConcurrentHashMap.newKeySet();

    private final Deque<Path> made = new ConcurrentLinkedDeque<>();
    private final Path folder;

    private DemoUnit(Path folder) {
        this.folder = folder;
    }

    /** Empty where no version 2 hierarchy can be written to, as inside many containers. */
    static Optional<DemoUnit> create(String name) {
        try (var mounts = Files.lines(Path.of("/proc/self/mounts"))) {
            Optional<Path> root = mounts.map(line -> line.split(" ", -1))
                    .filter(words -> words[2].equals("cgroup2"))
                    .map(words -> Path.of(words[1]))
                    .findFirst();
            return root.flatMap(hierarchy -> create(hierarchy, name));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static Optional<DemoUnit> create(Path hierarchy, String name) {
        Path slice = hierarchy.resolve("system.slice");
        DemoUnit unit = new DemoUnit(slice.resolve(name));
        OPEN.add(unit);
        try {
            for (Path path : List.of(slice, unit.folder)) {
                if (!Files.exists(path)) {
                    Files.createDirectory(path);
                    unit.made.push(path);
                }
            }
            return Optional.of(unit);
        } catch (IOException refused) {
            unit.close();
            return Optional.empty();
        }
    }

    /** The same command, started inside the unit. */
    List<String> inside(List<String> command) {
        List<String> whole = new ArrayList<>(
                List.of("sh", "-c", "echo $$ >" + folder.resolve("cgroup.procs") + " && exec \"$@\"", "sh"));
        whole.addAll(command);
        return whole;
    }

    /** Removes those that nobody has closed; their processes must have ended. */
    static void closeAll() {
        OPEN.forEach(DemoUnit::close);
    }

    @Override
    public void close() {
        OPEN.remove(this);
        for (Path path = made.poll(); path != null; path = made.poll()) {
            removeSoon(path);
        }
    }

    /** The kernel lets go of a control group shortly after its last process has ended. */
    private static void removeSoon(Path path) {
        Await.holds(Duration.ofSeconds(2), () -> remove(path));
    }

    private static boolean remove(Path path) {
        try {
            Files.deleteIfExists(path);
            return true;
        } catch (IOException busy) {
            return false;
        }
    }
}
