package dev.imdsanalyzer.imds;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the product in a User-Agent that says which software it is.
 *
 * <p>Usually the first product of a known SDK, for those put interpreter and system beside it. Exceptions: the Botocore
 * product wins over Boto3's, whose own figures are inconsistent; .NET names its core as a second product, or as
 * {@code md/aws-sdk-dotnet-core#V}, after a first one without a version. Where no SDK is named, the first product counts.
 */
final class UserAgentProducts {
    private static final String DOTNET_CORE = "aws-sdk-dotnet-core";

    private final SdkMinimums minimums;

    UserAgentProducts(SdkMinimums minimums) {
        this.minimums = minimums;
    }

    private record Product(String name, String version) {}

    UserAgent of(String original) {
        List<Product> products = products(original);
        if (products.isEmpty()) {
            return new UserAgent(original, null, null, null);
        }
        Product chosen = chosen(products);
        return new UserAgent(original, chosen.name, chosen.version, minimums.find(chosen.name, chosen.version));
    }

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
        for (Product product : products) {
            if (minimums.find(product.name, product.version) != null) {
                return product;
            }
        }
        return products.get(0);
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
                    products.add(product(value.substring(start, i)));
                }
                start = -1;
                depth = Math.max(0, depth + (c == '(' ? 1 : c == ')' ? -1 : 0));
            } else if (start < 0) {
                start = i;
            }
        }
        return products;
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
