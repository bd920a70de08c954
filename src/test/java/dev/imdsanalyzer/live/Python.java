package dev.imdsanalyzer.live;

import java.nio.file.Files;
import java.nio.file.Path;

/** The distribution's own Python, which has the distribution's boto3; another one may come first on the path. */
final class Python {
    static final String PROGRAM = Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";

    private Python() {}
}
