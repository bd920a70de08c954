package dev.imdsanalyzer.live;

import java.nio.file.Path;

/** Where things lie in the checkout: Maven and dev start the tests and the demo in its top folder. */
final class Checkout {
    private Checkout() {}

    static Path file(String relative) {
        return Path.of(relative).toAbsolutePath();
    }

    /** The application folder under test. */
    static Path application() {
        return file(System.getProperty("app.directory", "target/imds-packet-analyzer"));
    }
}
