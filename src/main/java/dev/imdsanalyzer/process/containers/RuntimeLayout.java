package dev.imdsanalyzer.process.containers;

import java.util.regex.Pattern;

/** How a runtime lays out the folders that it makes for a container before it starts it. */
enum RuntimeLayout {
    /** {@code STATE/io.containerd.runtime.v2.task/NAMESPACE/ID}: core/runtime/v2/bundle.go of containerd. */
    CONTAINERD(2, "init.pid") {
        @Override
        boolean accepts(int depth, String name) {
            // A bundle that goes is first renamed to .ID.
            return !name.startsWith(".");
        }

        /** Beside that of the first process one for each that is executed later: cmd/containerd-shim-runc-v2/process. */
        @Override
        boolean isPidFile(String name) {
            return name.endsWith(".pid") && !name.startsWith(".");
        }
    },

    /** {@code RUN/DRIVER-containers/ID/userdata}: containers.go of containers/storage; podman's and CRI-O's. */
    STORAGE(3, "pidfile") {
        @Override
        boolean accepts(int depth, String name) {
            return switch (depth) {
                case 0 -> name.endsWith("-containers");
                case 1 -> IDENTIFIER.matcher(name).matches();
                default -> name.equals("userdata");
            };
        }
    },

    /** The same of each user's podman: {@code /run/user/UID/containers} is its RUN. */
    USERS_STORAGE(5, "pidfile") {
        @Override
        boolean accepts(int depth, String name) {
            return switch (depth) {
                case 0 -> USER.matcher(name).matches();
                case 1 -> name.equals("containers");
                default -> STORAGE.accepts(depth - 2, name);
            };
        }

        @Override
        long owner(int depth, String name, long above) {
            return depth == 0 ? Long.parseLong(name) : above;
        }
    };

    private static final Pattern IDENTIFIER = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern USER = Pattern.compile("[1-9][0-9]{0,9}");

    private final int depth;
    private final String pidFile;

    RuntimeLayout(int depth, String pidFile) {
        this.depth = depth;
        this.pidFile = pidFile;
    }

    /** How many folders below the root that one lies which has a container's files. */
    int depth() {
        return depth;
    }

    /** Holds the number of the container's first process. */
    String pidFile() {
        return pidFile;
    }

    /** Whether a folder of that name, in one so far below the root, leads to containers. */
    abstract boolean accepts(int depth, String name);

    /** Whose a folder of that name has to be, in one of that owner's so far below the root. */
    long owner(int depth, String name, long above) {
        return above;
    }

    /** Whether a file of that name holds the number of a process in the container. */
    boolean isPidFile(String name) {
        return name.equals(pidFile);
    }
}
