package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.input.DigestStream;
import dev.imdsanalyzer.report.input.StoredInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Reads what {@code aws cloudwatch get-metric-statistics} (Datapoints with Sum) or {@code get-metric-data} print for
 * MetadataNoToken and MetadataNoTokenRejected. Neither says which instance it is about, unless a label does: the argument
 * can ({@code i-…=FILE}), or the file's name.
 */
public final class MetricFile {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern INSTANCE_ID = Pattern.compile("i-(?:[0-9a-f]{17}|[0-9a-f]{8})(?![0-9a-f])");
    private static final long DEFAULT_PERIOD_MICROS = 300_000_000L;
    private static final long LONGEST_PERIOD_MICROS = 86_400_000_000L;

    private MetricFile() {}

    /** The file is not what CloudWatch prints. */
    public static final class BadMetricException extends IOException {
        private static final long serialVersionUID = 1;

        BadMetricException(String message) {
            super(message);
        }
    }

    /**
     * @param argument FILE or INSTANCE-ID=FILE
     * @throws BadMetricException if it holds neither form
     */
    static List<MetricSeries> read(String argument) throws IOException {
        return read(argument, stored -> {});
    }

    /** The same; {@code stored} is told of the file as it is stored. */
    public static List<MetricSeries> read(String argument, Consumer<StoredInput> stored) throws IOException {
        int equals = argument.indexOf('=');
        boolean named =
                equals > 0 && INSTANCE_ID.matcher(argument.substring(0, equals)).matches();
        Path file = Path.of(named ? argument.substring(equals + 1) : argument);
        String instanceId = named
                ? argument.substring(0, equals)
                : instanceIn(file.getFileName().toString());
        JsonNode root;
        DigestStream in = new DigestStream(Files.newInputStream(file), 0);
        try (in) {
            root = MAPPER.readTree(in.readAllBytes());
            stored.accept(in.stored(StoredInput.Kind.METRIC, file.toString()));
        } catch (JacksonException e) {
            throw new BadMetricException(file + ": not JSON: give the output of aws cloudwatch get-metric-statistics");
        }
        if (root.path("Datapoints").isArray()) {
            return List.of(statistics(root, file, instanceId));
        }
        if (root.path("MetricDataResults").isArray()) {
            List<MetricSeries> all = new ArrayList<>();
            for (JsonNode result : root.path("MetricDataResults")) {
                all.add(data(result, file, instanceId));
            }
            return all;
        }
        throw new BadMetricException(
                file + ": neither Datapoints nor MetricDataResults in it: give the output of aws cloudwatch"
                        + " get-metric-statistics --statistics Sum");
    }

    private static MetricSeries statistics(JsonNode root, Path file, String instanceId) throws IOException {
        String label = root.path("Label").asString("");
        Map<Long, Double> points = new TreeMap<>();
        for (JsonNode point : root.path("Datapoints")) {
            JsonNode sum = point.path("Sum");
            if (!sum.isNumber()) {
                throw new BadMetricException(file + ": a data point without Sum: ask for --statistics Sum");
            }
            points.merge(time(point.path("Timestamp"), file), sum.asDouble(), Double::sum);
        }
        return series(file, instanceId != null ? instanceId : instanceIn(label), label, points);
    }

    private static MetricSeries data(JsonNode result, Path file, String instanceId) throws IOException {
        String label =
                result.path("Label").asString("") + " " + result.path("Id").asString("");
        JsonNode values = result.path("Values");
        JsonNode times = result.path("Timestamps");
        if (values.size() != times.size()) {
            throw new BadMetricException(file + ": Timestamps and Values differ in number");
        }
        Map<Long, Double> points = new TreeMap<>();
        for (int i = 0; i < values.size(); i++) {
            points.merge(time(times.path(i), file), values.path(i).asDouble(0), Double::sum);
        }
        String inLabel = instanceIn(label);
        return series(file, inLabel != null ? inLabel : instanceId, label, points);
    }

    private static MetricSeries series(Path file, String instanceId, String label, Map<Long, Double> points) {
        long[] starts = points.keySet().stream().mapToLong(Long::longValue).toArray();
        double[] sums =
                points.values().stream().mapToDouble(Double::doubleValue).toArray();
        long period = LONGEST_PERIOD_MICROS;
        for (int i = 1; i < starts.length; i++) {
            period = Math.min(period, starts[i] - starts[i - 1]);
        }
        if (starts.length < 2) {
            period = DEFAULT_PERIOD_MICROS;
        }
        String name = (label + " " + file.getFileName()).toLowerCase(Locale.ROOT);
        return new MetricSeries(file.toString(), instanceId, name.contains("rejected"), period, starts, sums);
    }

    private static long time(JsonNode node, Path file) throws IOException {
        if (node.isNumber()) {
            return (long) (node.asDouble() * 1e6);
        }
        try {
            return Times.micros(OffsetDateTime.parse(node.asString("")).toInstant());
        } catch (DateTimeException | ArithmeticException e) {
            throw new BadMetricException(file + ": a time that cannot be read: " + node);
        }
    }

    private static String instanceIn(String text) {
        Matcher matcher = INSTANCE_ID.matcher(text);
        return matcher.find() ? matcher.group() : null;
    }
}
