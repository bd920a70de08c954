package dev.imdsanalyzer.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Many programs that each make one call and are gone, several at a time, with the pid of each. */
final class OneShots {
    private OneShots() {}

    /**
     * Runs them, and waits for their lines.
     *
     * @param folder an empty one, which takes a file a process
     * @return the pid by request target
     */
    static Map<String, Long> run(LiveScene scene, Path folder, int count, int atATime) {
        String url = "http://" + Topology.IMDS_IPV4 + target("N");
        // The shell becomes curl, so its pid is the caller's.
        String each = "echo $$ >" + folder + "/N; exec curl -s -o /dev/null '" + url + "'";
        ClientRun run = scene.runUnheld(
                scene.topology().host(),
                List.of("sh", "-c", "seq " + count + " | xargs -P " + atATime + " -I N sh -c \"" + shell(each) + "\""));
        if (run.truth().size() != count) {
            throw new AssertionError(run.truth().size() + " calls of " + count + " were made: " + run.output());
        }
        Map<String, Long> pids = new HashMap<>();
        for (int number = 1; number <= count; number++) {
            pids.put(target("" + number), pid(folder.resolve("" + number)));
        }
        return pids;
    }

    private static String target(String number) {
        return "/latest/meta-data/instance-id?one-shot=" + number + ".";
    }

    /** Inside double quotes. */
    private static String shell(String text) {
        return text.replace("$", "\\$");
    }

    private static long pid(Path file) {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
