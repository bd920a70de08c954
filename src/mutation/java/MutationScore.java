import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Of the changes that PIT made to a package, how many its tests notice, without those that change nothing: the ones that
 * {@code src/mutation/equivalents.txt} lists. Prints what nobody noticed; ends with 1 below the floor.
 *
 * <p>Usage: {@code java MutationScore.java MUTATIONS.csv NAME FLOOR}.
 */
final class MutationScore {
    private static final String ROOT = "dev.imdsanalyzer.";
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Path EQUIVALENTS = Path.of("src/mutation/equivalents.txt");
    private static final Set<String> NOTICED = Set.of("KILLED", "TIMED_OUT", "MEMORY_ERROR", "RUN_ERROR");

    /** {@code name}, or {@code name x3} where the line has three such changes. */
    private static final Pattern COUNTED = Pattern.compile("(.*?)(?: x(\\d+))?");

    /** javac's name of a lambda has that of the method around it. */
    private static final Pattern LAMBDA = Pattern.compile("lambda\\$(.+)\\$\\d+");

    /** One change that PIT made. */
    private record Change(String type, String method, String mutator, String file, int line, boolean noticed) {
        /** The first two columns hold the file's and the class's name, then mutator, method, line and status. */
        static Change of(String row) {
            String[] columns = row.split(",", 7);
            String mutator = columns[2].substring(columns[2].lastIndexOf('.') + 1);
            Matcher lambda = LAMBDA.matcher(columns[3]);
            return new Change(
                    columns[1].replaceFirst("\\$.*", ""),
                    lambda.matches() ? lambda.group(1) : columns[3],
                    mutator.replaceFirst("Mutator.*", ""),
                    columns[0],
                    Integer.parseInt(columns[4]),
                    NOTICED.contains(columns[5]));
        }

        Path source() {
            return SOURCES.resolve(type.substring(0, type.lastIndexOf('.')).replace('.', '/'))
                    .resolve(file);
        }
    }

    private final Map<Path, List<String>> sources = new HashMap<>();
    /** How many more of each may go unnoticed. */
    private final Map<String, Integer> equivalents = new LinkedHashMap<>();

    private MutationScore(String name) throws IOException {
        for (String line : Files.readAllLines(EQUIVALENTS)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.split(" \\| ", -1);
            if (parts.length != 5 || parts[4].isBlank()) {
                throw new IllegalArgumentException("want: class | method | change | code | reason; have: " + line);
            }
            if (parts[0].startsWith(name + ".")) {
                Matcher counted = COUNTED.matcher(parts[2]);
                counted.matches();
                int count = counted.group(2) == null ? 1 : Integer.parseInt(counted.group(2));
                equivalents.merge(key(parts[0], parts[1], counted.group(1), parts[3]), count, Integer::sum);
            }
        }
    }

    private static String key(String type, String method, String mutator, String code) {
        return type + " | " + method + " | " + mutator + " | " + code.strip();
    }

    private String code(Change change) {
        List<String> lines = sources.computeIfAbsent(change.source(), path -> {
            try {
                return Files.readAllLines(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return lines.get(change.line() - 1).strip();
    }

    /** Whether it is among those that change nothing, of which each may be so as often as it is listed. */
    private boolean takeEquivalent(Change change) {
        String key = key(change.type().substring(ROOT.length()), change.method(), change.mutator(), code(change));
        return equivalents.merge(key, -1, Integer::sum) >= 0;
    }

    private boolean reaches(List<String> rows, String name, double floor) {
        List<Change> unnoticed = new ArrayList<>();
        Map<String, int[]> byType = new TreeMap<>();
        int same = 0;
        for (String row : rows) {
            Change change = Change.of(row);
            int[] counts = byType.computeIfAbsent(change.type().substring(ROOT.length()), type -> new int[2]);
            if (!change.noticed() && takeEquivalent(change)) {
                same++;
                continue;
            }
            counts[0]++;
            counts[1] += change.noticed() ? 1 : 0;
            if (!change.noticed()) {
                unnoticed.add(change);
            }
        }
        unnoticed.sort(Comparator.comparing(Change::type).thenComparing(Change::line));
        for (Change change : unnoticed) {
            System.out.printf(
                    "%s:%d %s %s | %s%n",
                    change.source().getFileName(), change.line(), change.method(), change.mutator(), code(change));
        }
        equivalents.forEach((key, left) -> {
            if (left > 0) {
                System.out.println("listed as equivalent, and noticed or gone: " + key);
            }
        });
        byType.forEach((type, counts) -> System.out.printf("%-60s %5.1f %%%n", type, 100.0 * counts[1] / counts[0]));
        int all = rows.size() - same;
        double score = 100.0 * (all - unnoticed.size()) / all;
        System.out.printf(
                "%s: %d changes, %d of them equivalent; of the others %.1f %% are noticed, the floor is %.0f %%%n",
                name, rows.size(), same, score, floor);
        return score >= floor;
    }

    public static void main(String[] arguments) throws IOException {
        String name = arguments[1];
        boolean reached = new MutationScore(name)
                .reaches(Files.readAllLines(Path.of(arguments[0])), name, Double.parseDouble(arguments[2]));
        System.exit(reached ? 0 : 1);
    }
}
