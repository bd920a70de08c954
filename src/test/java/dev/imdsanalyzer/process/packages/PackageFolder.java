package dev.imdsanalyzer.process.packages;

import dev.imdsanalyzer.kernel.RootedFile;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.PathOrigin;
import dev.imdsanalyzer.process.Provenance;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** A folder that stands for the root of a host with package databases. */
final class PackageFolder {
    static final long MINUTE_NANOS = 60_000_000_000L;

    private final Path root;

    PackageFolder(Path root) {
        this.root = root;
    }

    Path write(String path, String content) throws IOException {
        return write(path, content.getBytes(StandardCharsets.UTF_8));
    }

    Path write(String path, byte[] content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    /** As a lookup opens a file of the caller. */
    RootedFile open(String path) {
        return RootedFile.open((int) ProcessHandle.current().pid(), root + path);
    }

    /** Name, version and type of the package that owns the file; null where there is none, or a bound was passed. */
    String owner(String path) {
        try {
            OwningPackage owner =
                    PackageLookup.owner(below -> DatabaseFile.of(open(below)), path, new LookupBudget(MINUTE_NANOS));
            return owner == null ? null : owner.name() + " " + owner.version() + " " + owner.type();
        } catch (DatabaseGivenUpException e) {
            return null;
        }
    }

    /** A package of dpkg with one file. */
    void installTool() throws IOException {
        write("usr/bin/tool", "");
        write("var/lib/dpkg/status", "Package: tool\nStatus: install ok installed\nVersion: 1\n");
        write("var/lib/dpkg/info/tool.list", "/usr/bin/tool\n");
    }

    /** A caller whose executable is that file. */
    static Caller tool() {
        return new CallerBuilder(AttributionMethod.SOCKET)
                .pid((int) ProcessHandle.current().pid())
                .executable("/usr/bin/tool")
                .provenance(new Provenance(PathOrigin.HOST, true, true, 0, 0, true))
                .build();
    }

    /** A database as it was made by rpm; it stands in the test resources as {@code name.gz}. */
    static byte[] resource(String name) throws IOException {
        try (InputStream resource = PackageFolder.class.getResourceAsStream(name + ".gz");
                InputStream content = new GZIPInputStream(resource)) {
            return content.readAllBytes();
        }
    }
}
