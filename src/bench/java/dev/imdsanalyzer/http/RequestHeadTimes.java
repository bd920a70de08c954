package dev.imdsanalyzer.http;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * The same loop as src/bench/picohttpparser.c around this program's parser, in CPU time of the thread, so that the two can
 * be compared on a machine that is not idle. With a directory as argument it writes the sample requests there instead.
 */
public final class RequestHeadTimes {
    private static final int WARM_UP_ROUNDS = 60;
    private static final int ROUNDS = 41;
    private static final int REPEATS = 50_000;
    private static final byte[] TOKEN = "x-aws-ec2-metadata-token".getBytes(StandardCharsets.US_ASCII);

    private RequestHeadTimes() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 1) {
            for (SampleRequest request : SampleRequest.values()) {
                Files.write(Path.of(arguments[0]).resolve(request.name()), request.head());
            }
            return;
        }
        RequestParser parser = new RequestParser(HeadParser.OFFSET_LIMIT);
        long found = 0;
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            for (SampleRequest request : SampleRequest.values()) {
                found += parse(parser, request.head(), REPEATS / 10);
            }
        }
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (SampleRequest request : SampleRequest.values()) {
            byte[] head = request.head();
            double[] rounds = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                long start = threads.getCurrentThreadCpuTime();
                found += parse(parser, head, REPEATS);
                rounds[round] = (double) (threads.getCurrentThreadCpuTime() - start) / REPEATS;
            }
            Arrays.sort(rounds);
            System.out.printf(Locale.ROOT, "%s %d %.1f %.1f%n", request, head.length, rounds[ROUNDS / 2], rounds[0]);
        }
        if (found == 0) {
            throw new IllegalStateException("no token was found");
        }
    }

    private static long parse(RequestParser parser, byte[] head, int repeats) {
        long found = 0;
        for (int i = 0; i < repeats; i++) {
            parser.reset();
            if (parser.parse(head, 0, head.length) != head.length) {
                throw new IllegalStateException("not a whole head");
            }
            found += parser.find(TOKEN, 0);
        }
        return found;
    }
}
