package dev.imdsanalyzer.imds;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Since which version each SDK knows IMDSv2, and how its fallback to IMDSv1 is turned off.
 *
 * <p>Read from {@code sdk-imdsv2-minimums.csv}, whose versions compare with the ones after the product in a User-Agent.
 * A product with several rows (aws-cli 1 and 2) is told apart by the major version.
 */
final class SdkMinimums {
    private static final String RESOURCE = "sdk-imdsv2-minimums.csv";

    private final Map<String, List<Row>> rows = new HashMap<>();

    /**
     * One SDK. Empty texts mean that it is not known.
     *
     * @param product the name in the User-Agent
     * @param sdk the name for people
     * @param minimum first version that knows IMDSv2, or {@code always} or {@code never}
     * @param minimumOption first version in which the fallback can be turned off, or {@code always} or {@code never}
     * @param option how it is turned off
     */
    record Row(String product, String sdk, String minimum, String minimumOption, String option) {
        /** The minimum if that version is older than it; null if it is not, or if there is no such number. */
        String minimumAbove(String version) {
            return ProductVersion.major(minimum) >= 0 && ProductVersion.compare(version, minimum) < 0 ? minimum : null;
        }
    }

    static SdkMinimums load() {
        try (InputStream in = SdkMinimums.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + RESOURCE + " is missing");
            }
            SdkMinimums minimums = new SdkMinimums();
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            reader.readLine();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                minimums.add(line);
            }
            return minimums;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(String line) {
        String[] columns = line.split(",", 6);
        if (columns.length >= 5 && !columns[0].isEmpty()) {
            rows.computeIfAbsent(columns[0], product -> new ArrayList<>(2))
                    .add(new Row(columns[0], columns[1], columns[2], columns[3], columns[4]));
        }
    }

    /** The row of that product and version; null if the product is no SDK of the list. */
    Row find(String product, String version) {
        List<Row> candidates = rows.get(product);
        if (candidates == null) {
            return null;
        }
        if (candidates.size() == 1 || version == null) {
            return candidates.get(0);
        }
        for (Row row : candidates) {
            if (ProductVersion.major(row.minimum()) == ProductVersion.major(version)) {
                return row;
            }
        }
        return null;
    }
}
