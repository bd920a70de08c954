package dev.imdsanalyzer.live;

import java.nio.file.Path;
import java.time.Duration;

/** The client programs that are not part of the machine; src/test/clients/prepare.sh builds them once. */
final class ClientPrograms {
    private static final Path SOURCES = Checkout.file("src/test/clients");
    private static final Path DIRECTORY = Checkout.file("target/clients");
    private static final Duration PREPARATION_LIMIT = Duration.ofMinutes(8);

    private ClientPrograms() {}

    /** Builds them, if they are not there yet; fetches the SDKs the first time. */
    static void prepare() {
        Processes.run(
                new ProcessBuilder(SOURCES.resolve("prepare.sh").toString(), DIRECTORY.toString()),
                "",
                PREPARATION_LIMIT);
    }

    static String python(String name) {
        return SOURCES.resolve("python").resolve(name).toString();
    }

    static String javascript(String name) {
        return DIRECTORY.resolve("javascript").resolve(name).toString();
    }

    /** Class path of one of the Java programs. */
    static String classPath(String module) {
        Path lib = DIRECTORY.resolve("java").resolve(module).resolve("lib");
        return lib + ":" + lib + "/*";
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Keeps a client's connections open until they are named. */
    static Path lingerLibrary() {
        return DIRECTORY.resolve("linger.so");
    }
}
