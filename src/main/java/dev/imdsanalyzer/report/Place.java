package dev.imdsanalyzer.report;

import dev.imdsanalyzer.output.line.CloudFacts;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** Accounts and Regions in commands. Only texts of their form get into one ({@link CloudFacts} lets no other through). */
public final class Place {
    private Place() {}

    /** The option {@code --region} with a blank before it; empty where the Region is not known. */
    static String regionOption(CloudFacts place) {
        return place.region() == null ? "" : " --region " + place.region();
    }

    /** The Region, or the word to fill in. */
    static String regionOr(List<String> regions) {
        return regions.size() == 1 ? regions.get(0) : "REGION";
    }

    /** Account and Region in a word or two; null where neither is known. */
    public static String title(CloudFacts place) {
        if (place.accountId() == null) {
            return place.region();
        }
        return place.region() == null ? place.accountId() : place.accountId() + " " + place.region();
    }

    /** The Regions of these instances, sorted. */
    static List<String> regions(List<InstanceVerdict> instances) {
        return instances.stream()
                .map(verdict -> verdict.instance().place().region())
                .filter(Objects::nonNull)
                .distinct()
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    /** What an ARN begins with where the Regions say it; the commercial partition where they do not. */
    static String partition(List<String> regions) {
        String region = regions.isEmpty() ? "" : regions.get(0);
        if (region.startsWith("cn-")) {
            return "aws-cn";
        }
        if (region.startsWith("us-gov-")) {
            return "aws-us-gov";
        }
        if (region.startsWith("us-iso-")) {
            return "aws-iso";
        }
        if (region.startsWith("us-isob-")) {
            return "aws-iso-b";
        }
        return region.startsWith("eusc-") ? "aws-eusc" : "aws";
    }
}
