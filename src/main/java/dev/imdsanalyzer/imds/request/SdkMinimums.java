package dev.imdsanalyzer.imds.request;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of IMDS's clients: since which version each knows IMDSv2, how its fallback to IMDSv1 is turned off, and
 * what else mends it.
 *
 * <p>Read from {@code clients.tsv}, which names its source and date row by row, and whose versions compare with the ones
 * after the product in a User-Agent. A product with several rows (aws-cli 1 and 2) is told apart by the major version.
 */
public final class SdkMinimums {
    private static final String RESOURCE = "clients.tsv";
    private static final int COLUMNS = 10;

    private final Map<String, List<Row>> rows = new HashMap<>();
    private final Map<String, Row> programs = new HashMap<>();

    /**
     * One client. Empty texts mean that it is not known.
     *
     * @param product the name in the User-Agent
     * @param sdk the name for people
     * @param language key of {@link dev.imdsanalyzer.imds.advice.TokenSnippet}
     * @param minimum first version that knows IMDSv2, or {@code always} or {@code never}
     * @param minimumOption first version in which the fallback can be turned off, or {@code always} or {@code never}
     * @param option how it is turned off
     * @param remedy what mends it, where that is no matter of versions alone
     */
    public record Row(
            String product,
            String sdk,
            String language,
            String minimum,
            String minimumOption,
            String option,
            String remedy) {
        /** The minimum if that version is older than it; null if it is not, or if there is no such number. */
        @Nullable
        public String minimumAbove(@Nullable String version) {
            return version != null && ProductVersion.major(minimum) >= 0 && ProductVersion.compare(version, minimum) < 0
                    ? minimum
                    : null;
        }

        /** Whether it only sends what a program of somebody's own tells it to. */
        public boolean isLibrary() {
            return sdk.isEmpty();
        }
    }

    public static SdkMinimums load() {
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
        String[] columns = line.split("\t", -1);
        if (columns.length != COLUMNS) {
            throw new IllegalStateException(RESOURCE + " has a line of " + columns.length + " columns: " + line);
        }
        Row row = new Row(columns[0], columns[2], columns[3], columns[4], columns[5], columns[6], columns[7]);
        if (!row.product.isEmpty()) {
            rows.computeIfAbsent(row.product, product -> new ArrayList<>(2)).add(row);
        }
        for (String program : columns[1].split(" ", -1)) {
            programs.put(program, row);
        }
        programs.remove("");
    }

    /** The row of that product and version; null if the product is none of the list. */
    @Nullable
    public Row find(String product, @Nullable String version) {
        List<Row> candidates = rows.get(product);
        if (candidates == null) {
            // Many programs call themselves as their package does.
            return programs.get(product.toLowerCase(Locale.ROOT).replace(' ', '-'));
        }
        if (candidates.size() == 1) {
            return candidates.get(0);
        }
        if (version == null) {
            return ofUnknownVersion(candidates);
        }
        for (Row row : candidates) {
            if (ProductVersion.major(row.minimum()) == ProductVersion.major(version)) {
                return row;
            }
        }
        return null;
    }

    /** What holds for all of them. */
    private static Row ofUnknownVersion(List<Row> candidates) {
        Row first = candidates.get(0);
        String sdk = first.sdk.replaceFirst(" v?[0-9](\\.x)?$", "");
        StringBuilder minimums = new StringBuilder();
        for (Row row : candidates) {
            minimums.append(minimums.length() == 0 ? "" : " or ").append(row.minimum);
        }
        return new Row(first.product, sdk, "", minimums.toString(), "", first.option, "");
    }

    /** The row of a program by its package's or its executable's name; null if it is none of the list. */
    @Nullable
    public Row ofProgram(@Nullable String name) {
        return name == null ? null : programs.get(name);
    }
}
