package dev.imdsanalyzer.imds.advice;

import dev.imdsanalyzer.imds.request.ProductVersion;
import dev.imdsanalyzer.imds.request.SdkMinimums;
import org.jspecify.annotations.Nullable;

/**
 * What to do about a client that made an IMDSv1 request, by its product and version: true for that version, and in its own
 * language. Clauses without a full stop. Facts and their sources are in {@code clients.tsv}.
 */
public final class ClientAdvice {
    static final String SWITCH = "AWS_EC2_METADATA_V1_DISABLED=true";

    private static final SdkMinimums CLIENTS = SdkMinimums.load();

    private ClientAdvice() {}

    /**
     * For a product of a User-Agent.
     *
     * @param version null if it is not known
     * @return null where nothing is known of the product, or where it is a library that only does as it is told
     */
    public static @Nullable String ofProduct(@Nullable String product, @Nullable String version) {
        SdkMinimums.Row client = product == null ? null : CLIENTS.find(product, version);
        return client == null || client.isLibrary() ? null : clause(client, version);
    }

    /**
     * For a program by the name of its package or executable.
     *
     * @param product in its User-Agent, with its version; each null if it is not known
     * @return null where nothing is known of it
     */
    public static @Nullable String ofProgram(String name, @Nullable String product, @Nullable String version) {
        SdkMinimums.Row client = CLIENTS.ofProgram(name);
        if (client == null) {
            return null;
        }
        boolean ownProduct = client.product().equals(product);
        return client.product().isEmpty() ? client.remedy() : clause(client, ownProduct ? version : null);
    }

    /**
     * For a package that is as new as it has to be: its settings or its surroundings are to blame, and not its age.
     *
     * @param version that is installed, with an epoch or without
     * @return null where it is older, or where nothing is known of it
     */
    public static @Nullable String ofInstalled(String name, String version) {
        SdkMinimums.Row client = CLIENTS.ofProgram(name);
        // Facter's versions are not those of the package that brings it.
        if (client == null || !client.product().isEmpty() || !isNumber(client.minimum()) || name.startsWith("puppet")) {
            return null;
        }
        String plain = version.substring(version.indexOf(':') + 1);
        if (ProductVersion.compare(plain, client.minimum()) < 0) {
            return null;
        }
        return "Find why " + client.sdk() + " " + version + ", which knows IMDSv2 since " + client.minimum()
                + ", went without a token" + (client.option().isEmpty() ? "" : "; then set " + client.option());
    }

    /**
     * The lines that a program with that library in its User-Agent needs.
     *
     * @param version of the library, for some the language's own; null if it is not known
     * @return null where its language is not known
     */
    public static @Nullable TokenSnippet snippet(@Nullable String product, @Nullable String version) {
        if (product == null) {
            return null;
        }
        SdkMinimums.Row client = CLIENTS.find(product, version);
        if (client == null || !client.isLibrary()) {
            return null;
        }
        boolean python2 = product.equals("Python-urllib") && version != null && ProductVersion.major(version) == 2;
        return TokenSnippet.ofKey(python2 ? "python2" : client.language());
    }

    static String clause(SdkMinimums.Row client, @Nullable String version) {
        String minimum = version == null ? null : client.minimumAbove(version);
        if (minimum != null) {
            String note = client.remedy().isEmpty() ? "" : " (" + client.remedy() + ")";
            return "Upgrade " + client.sdk() + " from " + version + " to " + best(client) + note + switchThere(client);
        }
        if (client.minimum().equals("never")) {
            return client.remedy().isEmpty()
                    ? "Replace " + client.sdk() + " by software that knows IMDSv2"
                    : client.remedy();
        }
        if (client.minimum().isEmpty() && !client.remedy().isEmpty()) {
            return client.remedy();
        }
        if (version == null && isNumber(client.minimum())) {
            return "Find out which version of " + client.sdk() + " this is, and upgrade it where it is older than "
                    + client.minimum() + ", the first with IMDSv2" + switchSomewhere(client);
        }
        String known = client.minimum().isEmpty() ? "" : ", which knows IMDSv2,";
        return "Find why " + client.sdk() + known + " went without a token" + proof(client, version);
    }

    /** The same as a sentence. */
    public static String proofSentence(@Nullable String product, @Nullable String version) {
        String clause = proof(product, version);
        return clause.isEmpty()
                ? "After that, see that it makes no more IMDSv1 calls."
                : Character.toUpperCase(clause.charAt(2)) + clause.substring(3) + ".";
    }

    /** What proves that a client needs IMDSv1 no more, once it gets its token: the switch, where its version has it. */
    static String proof(@Nullable String product, @Nullable String version) {
        SdkMinimums.Row client = product == null ? null : CLIENTS.find(product, version);
        if (client == null) {
            return "; then, if an AWS SDK makes it, set " + SWITCH + " to prove it";
        }
        return version != null
                        && isNumber(client.minimumOption())
                        && ProductVersion.compare(version, client.minimumOption()) >= 0
                ? "; then set " + SWITCH + " to prove it"
                : proof(client, version);
    }

    /** How to make sure that it does not happen again, in this version. */
    private static String proof(SdkMinimums.Row client, @Nullable String version) {
        if (!hasSwitch(client)) {
            return neverFallsBack(client) || client.option().isEmpty() ? "" : "; then set " + client.option();
        }
        if (isNumber(client.minimumOption()) && version != null) {
            return ProductVersion.compare(version, client.minimumOption()) >= 0
                    ? "; then set " + SWITCH
                    : "; from " + client.minimumOption() + " on, " + SWITCH + " switches the fallback off";
        }
        return switchSomewhere(client);
    }

    private static String switchSomewhere(SdkMinimums.Row client) {
        if (!hasSwitch(client)) {
            return "";
        }
        return isNumber(client.minimumOption())
                ? "; from " + client.minimumOption() + " on, " + SWITCH + " switches the fallback off"
                : "; its newest version can switch the fallback off with " + SWITCH;
    }

    private static boolean isNumber(String version) {
        return ProductVersion.major(version) >= 0;
    }

    private static boolean hasSwitch(SdkMinimums.Row client) {
        return client.option().startsWith("AWS_EC2_METADATA_V1_DISABLED");
    }

    private static boolean neverFallsBack(SdkMinimums.Row client) {
        return client.option().startsWith("none needed");
    }

    /** The version that can also be kept from falling back, where it is known. */
    private static String best(SdkMinimums.Row client) {
        boolean known = isNumber(client.minimumOption())
                && ProductVersion.compare(client.minimumOption(), client.minimum()) > 0;
        return known
                ? client.minimumOption() + " or newer (IMDSv2 since " + client.minimum() + ")"
                : client.minimum() + " or newer";
    }

    private static String switchThere(SdkMinimums.Row client) {
        if (hasSwitch(client)) {
            return isNumber(client.minimumOption())
                    ? ", and set " + SWITCH + " there to switch the fallback off"
                    : ", best to the newest, which can switch the fallback off with " + SWITCH;
        }
        return neverFallsBack(client) ? ", which does not fall back to IMDSv1" : "";
    }
}
