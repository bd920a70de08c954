package dev.imdsanalyzer.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/** Where things lie in the checkout: Maven and dev start the tests and the demo in its top folder. */
final class Checkout {
    private static Path readableApplication;

    private Checkout() {}

    static Path file(String relative) {
        return Path.of(relative).toAbsolutePath();
    }

    /** The application folder under test. */
    static Path application() {
        return file(System.getProperty("app.directory", "target/imds-packet-analyzer"));
    }

    /**
     * The application folder where every user can read it: a copy in the folder for temporary files, for the life of
     * this JVM, where the checkout lies below a folder that is closed to others, such as root's home.
     */
    static synchronized Path applicationForEverybody() {
        if (readableApplication == null) {
            readableApplication = openToEverybody(application()) ? application() : copyOf(application());
        }
        return readableApplication;
    }

    private static boolean openToEverybody(Path folder) {
        try {
            for (Path above = folder.toRealPath(); above != null; above = above.getParent()) {
                if (!Files.getPosixFilePermissions(above).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    return false;
                }
            }
            return true;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Path copyOf(Path folder) {
        try {
            Path copy = Files.createTempDirectory("imds-application");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(copy)));
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path each : all.toList()) {
                    Path twin = copy.resolve(folder.relativize(each).toString());
                    if (Files.isDirectory(each)) {
                        Files.createDirectories(twin);
                    } else {
                        Files.copy(each, twin);
                    }
                    Files.setPosixFilePermissions(
                            twin,
                            PosixFilePermissions.fromString(Files.isExecutable(each) ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
            return copy;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void remove(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(each -> each.toFile().delete());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
