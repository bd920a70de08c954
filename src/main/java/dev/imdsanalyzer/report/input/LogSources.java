package dev.imdsanalyzer.report.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The command's arguments as a list of inputs: files, every file below a folder, pipes, {@code -} for standard input. */
final class LogSources {
    private LogSources() {}

    /**
     * Each file once, folders in the order of their paths; hidden files are left out.
     *
     * @param counts is told of what may not be read
     * @throws java.nio.file.NoSuchFileException if an argument names nothing
     * @throws java.nio.file.InvalidPathException if an argument cannot be a name here
     */
    static List<LogSource> find(List<String> arguments, InputStream standardInput, InputCounts counts)
            throws IOException {
        Set<Path> seen = new LinkedHashSet<>();
        List<LogSource> sources = new ArrayList<>();
        boolean standardInputTaken = false;
        for (String argument : arguments) {
            if (argument.equals("-")) {
                if (!standardInputTaken) {
                    sources.add(LogSource.of("standard input", standardInput));
                    standardInputTaken = true;
                }
                continue;
            }
            if (argument.isEmpty()) {
                throw new NoSuchFileException("''");
            }
            try {
                add(Path.of(argument), seen, sources, counts);
            } catch (AccessDeniedException e) {
                counts.addInput();
                counts.addDenied(argument);
            }
        }
        return sources;
    }

    private static void add(Path path, Set<Path> seen, List<LogSource> sources, InputCounts counts) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (attributes.isOther()) {
            // A pipe has no place of its own, and gives its bytes once.
            sources.add(LogSource.once(path));
            return;
        }
        for (Path file : attributes.isDirectory() ? below(path, counts) : List.of(path)) {
            if (seen.add(file.toRealPath())) {
                sources.add(LogSource.of(file));
            }
        }
    }

    /** Whether a file is one of those that the arguments name. What cannot be looked at is told when it is read. */
    static boolean include(List<String> arguments, Path file) {
        return arguments.stream().anyMatch(argument -> includes(argument, file));
    }

    private static boolean includes(String argument, Path file) {
        try {
            Path path = Path.of(argument);
            for (Path input : Files.isDirectory(path) ? below(path, new InputCounts()) : List.of(path)) {
                if (Files.isSameFile(input, file)) {
                    return true;
                }
            }
            return false;
        } catch (IOException | InvalidPathException e) {
            return false;
        }
    }

    private static List<Path> below(Path folder, InputCounts counts) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (!file.getFileName().toString().startsWith(".") && Files.isRegularFile(file)) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (!(e instanceof AccessDeniedException)) {
                    throw e;
                }
                counts.addInput();
                counts.addDenied(file.toString());
                return FileVisitResult.CONTINUE;
            }
        });
        Collections.sort(files);
        return files;
    }
}
