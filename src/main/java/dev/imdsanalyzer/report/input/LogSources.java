package dev.imdsanalyzer.report.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The command's arguments as a list of inputs: files, every file below a folder, {@code -} for standard input. */
final class LogSources {
    private LogSources() {}

    /**
     * Each file once, folders in the order of their paths; hidden files are left out.
     *
     * @throws NoSuchFileException if an argument names nothing
     */
    static List<LogSource> find(List<String> arguments, InputStream standardInput) throws IOException {
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
            Path path = Path.of(argument);
            if (!Files.exists(path)) {
                throw new NoSuchFileException(argument);
            }
            for (Path file : Files.isDirectory(path) ? below(path) : List.of(path)) {
                if (seen.add(file.toRealPath())) {
                    sources.add(LogSource.of(file));
                }
            }
        }
        return sources;
    }

    private static List<Path> below(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (!file.getFileName().toString().startsWith(".") && Files.isRegularFile(file)) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        Collections.sort(files);
        return files;
    }
}
