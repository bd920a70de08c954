package dev.imdsanalyzer.process.containers;

import dev.imdsanalyzer.kernel.Capabilities;
import dev.imdsanalyzer.kernel.Capability;
import dev.imdsanalyzer.kernel.FolderWatch;
import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.perf.Poller;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what containers are called when their runtime makes them, which is some 100 ms before their first process can
 * call anybody, and that process's number: a container that lives for one request leaves neither folder nor process. A
 * thread of its own waits for the folders that runtimes make; those that are not there yet are awaited as well.
 */
final class ContainerWatch implements FolderWatch.Listener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerWatch.class);

    /** Of containers; the kernel takes about a kilobyte for each. Of more, the oldest are looked at when they call. */
    private static final int CONTAINERS_WATCHED = 2_000;

    /** Folders on the way to a root that come and go while it is looked for. */
    private static final int ATTEMPTS = 16;

    private static final long END_MILLIS = 2_000;

    /** A watched folder so many below its root. */
    private record Place(WatchedRoot root, long owner, String path, int depth) {
        boolean isContainers() {
            return depth == root.layout().depth();
        }
    }

    private final HostFolders folders;
    private final List<WatchedRoot> roots;
    private final ContainerReading reading;
    private final Counters counters;
    private final FolderWatch watch;
    private final Poller poller;
    private final Thread thread;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final UserShares shares = new UserShares(System::nanoTime);
    private final Map<Integer, Place> places = new HashMap<>();
    private final Map<Integer, Place> containers = new LinkedHashMap<>();
    /** Roots that are not there, by the folder in which the next part of the way to them will come, with that part. */
    private final Map<Integer, Map<WatchedRoot, String>> awaited = new HashMap<>();

    private volatile boolean closing;

    /**
     * Starts watching.
     *
     * @param name of the thread
     * @throws KernelException where the kernel has no watch left for this user
     */
    ContainerWatch(
            String name, HostFolders folders, List<WatchedRoot> roots, ContainerReading reading, Counters counters)
            throws KernelException {
        this.folders = folders;
        this.roots = List.copyOf(roots);
        this.reading = reading;
        this.counters = counters;
        this.watch = new FolderWatch();
        try {
            this.poller = new Poller(watch.descriptor());
        } catch (KernelException e) {
            watch.close();
            throw e;
        }
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Waits, for a bounded time, until containers that are there were looked at and further ones are noticed. */
    boolean awaitBegin(long millis) throws InterruptedException {
        return begun.await(millis, TimeUnit.MILLISECONDS);
    }

    private void run() {
        Capabilities.keepAtMost(Capability.CAP_DAC_READ_SEARCH, Capability.CAP_SYS_PTRACE);
        guarded(() -> roots.forEach(this::await));
        begun.countDown();
        while (!closing) {
            guarded(() -> {
                poller.await(-1);
                watch.read(this);
            });
        }
    }

    private interface Step {
        void run() throws KernelException;
    }

    private void guarded(Step step) {
        try {
            step.run();
        } catch (KernelException | RuntimeException e) {
            counters.survived(e);
            LOG.error("container watch: {}", e.toString(), e);
        }
    }

    /** Watches the root, or the last folder that there is on the way to it. */
    private void await(WatchedRoot root) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            String path = root.path();
            int number = folders.watch(0, path, watch, false);
            while (number < 0 && !path.equals("/")) {
                path = parent(path);
                number = folders.watch(0, path, watch, false);
            }
            if (number < 0) {
                return;
            }
            if (path.equals(root.path())) {
                enter(number, new Place(root, 0, path, 0));
                return;
            }
            String next = next(path, root);
            awaited.computeIfAbsent(number, folder -> new LinkedHashMap<>()).put(root, next);
            // It may have come before the watch.
            if (folders.names(0, path, next::equals).isEmpty()) {
                return;
            }
            leave(number, root);
        }
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(1, path.lastIndexOf('/')));
    }

    /** The name behind the folder on the way to the root. */
    private static String next(String folder, WatchedRoot root) {
        int start = folder.equals("/") ? 1 : folder.length() + 1;
        int end = root.path().indexOf('/', start);
        return root.path().substring(start, end < 0 ? root.path().length() : end);
    }

    private void leave(int number, WatchedRoot root) {
        Map<WatchedRoot, String> waiting = awaited.getOrDefault(number, new HashMap<>());
        waiting.remove(root);
        if (waiting.isEmpty()) {
            awaited.remove(number);
            if (!places.containsKey(number)) {
                watch.remove(number);
            }
        }
    }

    /** The folder is watched now; what came before is looked at. */
    private void enter(int number, Place place) {
        places.put(number, place);
        if (place.isContainers()) {
            containers.put(number, place);
            Map.Entry<Integer, Place> eldest = containers.entrySet().iterator().next();
            if (containers.size() > CONTAINERS_WATCHED) {
                watch.remove(eldest.getKey());
                ended(eldest.getKey());
            }
            reading.look(place.root().layout(), place.owner(), place.path());
            return;
        }
        for (String name : folders.names(place.owner(), place.path(), name -> true)) {
            descend(place, name);
        }
    }

    private void descend(Place place, String name) {
        if (!place.root().layout().accepts(place.depth(), name)) {
            return;
        }
        long owner = place.root().layout().owner(place.depth(), name, place.owner());
        Place below = new Place(place.root(), owner, place.path() + "/" + name, place.depth() + 1);
        int number = shares.mayWatch(owner) ? folders.watch(owner, below.path(), watch, below.isContainers()) : -1;
        if (number >= 0) {
            if (!places.containsKey(number)) {
                shares.watched(owner);
            }
            enter(number, below);
        } else if (folders.has(owner, below.path())) {
            counters.increment(Counter.CONTAINERS_UNWATCHED);
        }
    }

    @Override
    public void entered(int number, String name, boolean folder) {
        Place place = places.get(number);
        if (place != null && !shares.hasTime(place.owner())) {
            counters.increment(Counter.CONTAINERS_UNWATCHED);
        } else if (place != null) {
            shares.timed(place.owner(), () -> came(place, name, folder));
        }
        for (Map.Entry<WatchedRoot, String> waiting :
                List.copyOf(awaited.getOrDefault(number, Map.of()).entrySet())) {
            if (waiting.getValue().equals(name)) {
                leave(number, waiting.getKey());
                await(waiting.getKey());
            }
        }
    }

    private void came(Place place, String name, boolean folder) {
        if (place.isContainers()) {
            reading.entered(place.root().layout(), place.owner(), place.path(), name);
        } else if (folder) {
            descend(place, name);
        }
    }

    @Override
    public void ended(int number) {
        Map<WatchedRoot, String> again = awaited.remove(number);
        Place gone = places.remove(number);
        containers.remove(number);
        if (gone != null) {
            shares.unwatched(gone.owner());
        }
        if (gone != null && gone.depth() == 0) {
            await(gone.root());
        }
        if (again != null) {
            again.keySet().forEach(this::await);
        }
    }

    @Override
    public void lost() {
        counters.increment(Counter.CONTAINERS_UNWATCHED);
        // A user could make this happen again and again: what is there of his is looked at when it calls.
        roots.stream()
                .filter(root -> root.layout() != RuntimeLayout.USERS_STORAGE)
                .forEach(this::await);
    }

    @Override
    public void close() {
        closing = true;
        poller.wakeUp();
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            // Held up by some file system, it still uses the descriptor: that stays until the process ends.
            return;
        }
        poller.close();
        watch.close();
    }
}
