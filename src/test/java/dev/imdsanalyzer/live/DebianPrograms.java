package dev.imdsanalyzer.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Programs out of Debian's packages, laid out in a folder of the build: nothing is installed on the machine. Where it has one
 * itself, that is taken.
 */
final class DebianPrograms {
    private static final Path FOLDER = Checkout.file("target/programs");
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private DebianPrograms() {}

    /** Whether packages can be fetched here. */
    static boolean available() {
        return Processes.onPath("apt-get") && Processes.onPath("dpkg-deb");
    }

    /**
     * A command that runs a program.
     *
     * @param name of the program, and of the package's folder
     * @param packages it and what it needs; fetched the first time
     */
    static List<String> command(String name, List<String> packages, String... arguments) {
        List<String> command = new ArrayList<>();
        if (Processes.onPath(name)) {
            command.add(name);
        } else {
            Path root = fetched(name, packages);
            command.add("env");
            command.add("LD_LIBRARY_PATH=" + root.resolve("usr/lib/x86_64-linux-gnu") + ":"
                    + root.resolve("usr/lib/aarch64-linux-gnu"));
            command.add(program(root, name).toString());
        }
        command.addAll(List.of(arguments));
        return command;
    }

    private static Path program(Path root, String name) {
        return Stream.of("usr/sbin", "usr/bin", "sbin", "bin")
                .map(folder -> root.resolve(folder).resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no package of these has " + name));
    }

    private static Path fetched(String name, List<String> packages) {
        try {
            Path root = FOLDER.resolve(name);
            if (!Files.exists(root.resolve("complete"))) {
                Path files = Files.createDirectories(root.resolve("files"));
                List<String> command = new ArrayList<>(List.of("apt-get", "-q", "download"));
                command.addAll(packages);
                Processes.run(new ProcessBuilder(command).directory(files.toFile()), "", LIMIT);
                try (Stream<Path> found = Files.list(files)) {
                    for (Path file :
                            found.filter(one -> one.toString().endsWith(".deb")).toList()) {
                        Processes.run(
                                new ProcessBuilder("dpkg-deb", "-x", file.toString(), root.toString()), "", LIMIT);
                    }
                }
                Files.createFile(root.resolve("complete"));
            }
            return root;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
