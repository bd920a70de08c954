package dev.imdsanalyzer.imds.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the product in a User-Agent that says which software it is.
 *
 * <p>Usually the first product of a known SDK, for those put interpreter and system beside it. Exceptions: the Botocore
 * product wins over Boto3's, whose own figures are inconsistent; .NET names its core as a second product, or as
 * {@code md/aws-sdk-dotnet-core#V}, after a first one without a version. Where no SDK is named, the most specific product
 * counts: no browser, language or platform that it claims to be or stands on.
 */
public final class UserAgentProducts {
    private static final String DOTNET_CORE = "aws-sdk-dotnet-core";

    private final SdkMinimums minimums;

    public UserAgentProducts(SdkMinimums minimums) {
        this.minimums = minimums;
    }

    private record Product(String name, @Nullable String version) {}

    UserAgent of(String original) {
        List<Product> products = products(original);
        if (products.isEmpty()) {
            return new UserAgent(original, null, null, null);
        }
        Product chosen = chosen(products);
        SdkMinimums.Row row = minimums.find(chosen.name, chosen.version);
        Product program = row != null && row.isLibrary() ? programBefore(chosen, products) : chosen;
        return new UserAgent(original, program.name, program.version, row);
    }

    /** {@code restic/0.15 minio-go/v7.0.47}: the library tells how to mend it, the program before it what it is. */
    private Product programBefore(Product library, List<Product> products) {
        for (Product product : products.subList(0, products.indexOf(library))) {
            if (product.version != null
                    && !GENERAL.contains(product.name)
                    && minimums.find(product.name, product.version) == null) {
                return product;
            }
        }
        return library;
    }

    /** Browsers, languages, platforms and partners that software names beside itself, or claims to be. */
    private static final Set<String> GENERAL = Set.of(
            "Mozilla",
            "AppleWebKit",
            "Chrome",
            "Safari",
            "Gecko",
            "Version",
            "Python",
            "Java",
            "java",
            "Ruby",
            "ruby",
            "PHP",
            "Perl",
            "perl",
            "rust",
            "Linux",
            "APN",
            "HashiCorp",
            "Jakarta",
            "compatible;");

    /** Of two words for one product the second: {@code Chef Client/17.10.0}. */
    private static final Set<String> KINDS = Set.of("Agent", "Client", "Collector", "Daemon", "Exporter", "Server");

    private Product chosen(List<Product> products) {
        for (Product product : products) {
            if (product.name.equals("aws-cli")) {
                return product;
            }
            if (product.name.equals(DOTNET_CORE) && product.version != null) {
                return product;
            }
        }
        for (Product product : products) {
            if (product.name.equals("Botocore")) {
                return product;
            }
        }
        Product library = null;
        for (Product product : products) {
            SdkMinimums.Row row = minimums.find(product.name, product.version);
            if (row != null && !row.isLibrary()) {
                return product;
            }
            boolean special = row != null && !GENERAL.contains(product.name) && !isBuiltWith(product, products);
            library = library == null && special ? product : library;
        }
        return library != null ? library : mostSpecific(products);
    }

    /** {@code Telegraf/1.27 Go/1.20}, where {@code Go 1.1 package http} is Go's own. */
    private static boolean isBuiltWith(Product product, List<Product> products) {
        return product.name.equals("Go") && !products.get(0).name.equals("Go");
    }

    /** The first that is none of the general ones, with a version if any has one. */
    private static Product mostSpecific(List<Product> products) {
        Product unversioned = null;
        for (Product product : products) {
            if (!GENERAL.contains(product.name) && !isBuiltWith(product, products)) {
                if (product.version != null) {
                    return product;
                }
                unversioned = unversioned == null ? product : unversioned;
            }
        }
        return unversioned != null ? unversioned : products.get(0);
    }

    /** The products outside comments, {@code name} or {@code name/version} (RFC 9110 section 10.1.5). */
    private static List<Product> products(String value) {
        List<Product> products = new ArrayList<>(8);
        int depth = 0;
        int start = -1;
        for (int i = 0; i <= value.length(); i++) {
            char c = i < value.length() ? value.charAt(i) : ' ';
            if (c == '(' || c == ')' || c <= ' ') {
                if (start >= 0 && depth == 0 && value.charAt(start) != '/') {
                    add(withoutPunctuation(value.substring(start, i)), products);
                }
                start = -1;
                depth = Math.max(0, depth + (c == '(' ? 1 : c == ')' ? -1 : 0));
            } else if (start < 0) {
                start = i;
            }
        }
        return products;
    }

    /** Lists and sentences have commas and semicolons behind a product. */
    private static String withoutPunctuation(String text) {
        int end = text.length();
        while (end > 1 && ",;".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return text.substring(0, end);
    }

    /** A product, or the version of the one before: {@code Zabbix 6.0.9}. */
    private static void add(String text, List<Product> products) {
        Product before = products.isEmpty() ? null : products.get(products.size() - 1);
        if (before != null && before.version == null && isVersion(text)) {
            products.set(products.size() - 1, new Product(before.name, text));
        } else if (!text.contains("://")) {
            Product added = product(text);
            if (before != null && before.version == null && KINDS.contains(added.name)) {
                products.set(products.size() - 1, new Product(before.name + " " + added.name, added.version));
            } else {
                products.add(added);
            }
        }
    }

    private static boolean isVersion(String text) {
        int digit = text.charAt(0) == 'v' || text.charAt(0) == 'V' ? 1 : 0;
        return text.length() > digit
                && text.charAt(digit) >= '0'
                && text.charAt(digit) <= '9'
                && text.indexOf('/') < 0
                && text.indexOf('.') > 0;
    }

    private static Product product(String text) {
        // Newer AWS SDKs write metadata as md/name#version.
        String plain = text.startsWith("md/") ? text.substring(3).replace('#', '/') : text;
        int slash = plain.indexOf('/');
        if (slash < 0) {
            return new Product(plain, null);
        }
        String version = plain.substring(slash + 1);
        // The Common Runtime writes aws-sdk-crt/aws-imds-client, which is no version.
        boolean number = version.chars().anyMatch(c -> c >= '0' && c <= '9');
        return new Product(plain.substring(0, slash), number ? version : null);
    }
}
