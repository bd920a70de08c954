package dev.imdsanalyzer.imds.request;

import dev.imdsanalyzer.imds.Category;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a path is about. For the comparison alone the path is normalised: percent-encoding decoded once, empty and dot
 * segments and parameters behind a semicolon removed (RFC 3986 sections 5.2.4 and 3.3), the version in front ({@code latest}, {@code 1.0} or a date) skipped.
 * Letters keep their case, for IMDS tells them apart.
 *
 * <p>Source: Access instance metadata for an EC2 instance, and Instance metadata categories, EC2 User Guide, 2026.
 */
final class PathCategory {
    private PathCategory() {}

    static Category of(String path) {
        List<String> segments = segments(path);
        if (segments.isEmpty() || !isVersion(segments.get(0))) {
            return Category.OTHER;
        }
        return switch (segment(segments, 1)) {
            case "api" -> segments.size() == 3 && segments.get(2).equals("token") ? Category.TOKEN : Category.OTHER;
            case "user-data" -> Category.USER_DATA;
            case "meta-data" -> metaData(segments);
            case "dynamic" -> segment(segments, 2).equals("instance-identity") ? Category.IDENTITY : Category.DYNAMIC;
            default -> Category.OTHER;
        };
    }

    private static Category metaData(List<String> segments) {
        String item = segment(segments, 3);
        return switch (segment(segments, 2)) {
            case "iam" ->
                switch (item) {
                    case "security-credentials", "security-credentials-extended" -> Category.CREDENTIALS;
                    case "info" -> Category.IDENTITY;
                    default -> Category.META_DATA;
                };
            case "identity-credentials" ->
                segment(segments, 4).equals("info") ? Category.IDENTITY : Category.CREDENTIALS;
            default -> Category.META_DATA;
        };
    }

    private static String segment(List<String> segments, int index) {
        return index < segments.size() ? segments.get(index) : "";
    }

    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>(6);
        for (String whole : decoded(path).split("/", -1)) {
            int parameters = whole.indexOf(';');
            String segment = parameters < 0 ? whole : whole.substring(0, parameters);
            if (segment.equals("..")) {
                if (!segments.isEmpty()) {
                    segments.remove(segments.size() - 1);
                }
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.add(segment);
            }
        }
        return segments;
    }

    /** {@code latest}, {@code 1.0} (the first version of all) or {@code YYYY-MM-DD}. */
    private static boolean isVersion(String segment) {
        if (segment.equals("latest") || segment.equals("1.0")) {
            return true;
        }
        if (segment.length() != 10) {
            return false;
        }
        for (int i = 0; i < 10; i++) {
            char c = segment.charAt(i);
            boolean dash = i == 4 || i == 7;
            if (dash ? c != '-' : c < '0' || c > '9') {
                return false;
            }
        }
        return true;
    }

    /** Decodes percent-encoding once; what is no such encoding stays. */
    private static String decoded(String path) {
        if (path.indexOf('%') < 0) {
            return path;
        }
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            int high = i + 2 < bytes.length && bytes[i] == '%' ? Character.digit(bytes[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
            if (low >= 0) {
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                bytes[length++] = bytes[i];
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
