package dev.imdsanalyzer.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The folder for Systems Manager's Distributor, made in a checkout of its own, and published by a program that stands for AWS's. */
@Tag("programs")
class DistributorTest {
    /** By "Create a package" of its user guide. */
    private static final List<String> PLATFORMS = List.of(
            "amazon", "debian", "ubuntu", "redhat", "rocky", "almalinux", "oracle", "suse", "opensuse", "opensuseleap");

    private static final String ASKED = "ssm list-document-versions";

    @TempDir
    private Path checkout;

    private record Ended(int code, String said, List<String> asked) {}

    @BeforeEach
    void makeCheckout() throws IOException {
        Files.createDirectories(checkout.resolve("target"));
        for (String script : List.of(
                "distributor.sh", "distributor/install.sh", "distributor/uninstall.sh", "distributor/update.sh")) {
            Path copy = checkout.resolve("packaging").resolve(script);
            Files.createDirectories(copy.getParent());
            Files.copy(Path.of("packaging").resolve(script), copy);
        }
        for (String file : List.of(
                "imds-packet-analyzer_1.2.3_amd64.deb",
                "imds-packet-analyzer_1.2.3_arm64.deb",
                "imds-packet-analyzer-1.2.3-1.x86_64.rpm",
                "imds-packet-analyzer-1.2.3-1.aarch64.rpm")) {
            Files.writeString(checkout.resolve("target").resolve(file), file);
        }
    }

    @Test
    void manifestNamesEachZipWithItsSumAndPlatformsThatDistributorKnows() throws Exception {
        assertThat(run("").code()).isZero();
        JsonNode manifest = manifest();

        assertThat(manifest.path("schemaVersion").asString()).isEqualTo("2.0");
        assertThat(manifest.path("version").asString()).isEqualTo("1.2.3");
        assertThat(manifest.path("packages").propertyNames()).containsExactlyInAnyOrderElementsOf(PLATFORMS);
        // Amazon Linux 2 would take "_any".
        assertThat(manifest.at("/packages/amazon").propertyNames()).containsExactly("2023");
        List<String> named = new ArrayList<>();
        manifest.path("packages")
                .forEach(releases ->
                        releases.forEach(machines -> machines.properties().forEach(machine -> {
                            assertThat(machine.getKey()).isIn("x86_64", "arm64");
                            named.add(machine.getValue().path("file").asString());
                        })));
        assertThat(manifest.path("files").propertyNames())
                .containsExactlyInAnyOrderElementsOf(named.stream().distinct().toList())
                .hasSize(4);
        for (String file : manifest.path("files").propertyNames()) {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(distributor(file)));
            assertThat(manifest.at("/files/" + file + "/checksums/sha256").asString())
                    .isEqualTo(HexFormat.of().formatHex(sum));
        }
    }

    @Test
    void eachZipHasTheScriptsAndThePackageOfItsMachine() throws Exception {
        assertThat(run("").code()).isZero();
        for (String file : List.of("deb-x86_64.zip", "deb-arm64.zip", "rpm-x86_64.zip", "rpm-arm64.zip")) {
            try (ZipFile zip = new ZipFile(distributor(file).toFile())) {
                List<String> entries = new ArrayList<>();
                zip.stream().forEach(entry -> entries.add(entry.getName()));
                assertThat(entries).hasSize(4).contains("install.sh", "uninstall.sh", "update.sh");
                String form = file.substring(0, 3);
                String packaged = entries.stream()
                        .filter(entry -> entry.endsWith("." + form))
                        .findFirst()
                        .orElseThrow();
                try (InputStream content = zip.getInputStream(zip.getEntry(packaged))) {
                    assertThat(new String(content.readAllBytes(), StandardCharsets.UTF_8))
                            .isEqualTo(packaged);
                }
                assertThat(packaged.matches(".*(amd64|x86_64).*")).isEqualTo(file.contains("x86_64"));
            }
        }
    }

    @Test
    void theSamePackagesGiveTheSameBytes() throws Exception {
        run("");
        byte[] manifest = Files.readAllBytes(distributor("manifest.json"));
        for (String file : List.of("install.sh", "update.sh")) {
            Path script = checkout.resolve("packaging/distributor").resolve(file);
            assertThat(script.toFile().setLastModified(1_000_000_000_000L)).isTrue();
        }
        run("");

        assertThat(Files.readAllBytes(distributor("manifest.json"))).isEqualTo(manifest);
    }

    @Test
    void withoutPackagesItSaysWhatMakesThem() throws Exception {
        try (Stream<Path> files = Files.list(checkout.resolve("target"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Ended ended = run("");

        assertThat(ended.code()).isEqualTo(66);
        assertThat(ended.said()).contains("are missing: run ./dev package").hasLineCount(1);
        assertThat(checkout.resolve("target/distributor")).doesNotExist();
    }

    @Test
    void publishesANewPackage() throws Exception {
        Ended ended = run("echo 'An error occurred (InvalidDocument) when calling' >&2; exit 254", "s3://fleet/imds/");

        assertThat(ended.code()).as(ended.said()).isZero();
        assertThat(ended.asked()).hasSize(3);
        assertThat(ended.asked().get(0)).startsWith(ASKED);
        assertThat(ended.asked().get(1)).startsWith("s3 cp").endsWith("target/distributor s3://fleet/imds/");
        assertThat(ended.asked().get(2))
                .startsWith("ssm create-document --document-type Package")
                .contains("--version-name 1.2.3", "Key=SourceUrl,Values=s3://fleet/imds ");
    }

    @Test
    void addsAVersionToAPackageAndMakesItTheDefault() throws Exception {
        Ended ended = run("printf '1.2.2\\t1.2\\n'", "s3://fleet");

        assertThat(ended.code()).as(ended.said()).isZero();
        assertThat(ended.asked()).hasSize(4);
        assertThat(ended.asked().get(2)).startsWith("ssm update-document --document-version $LATEST");
        assertThat(ended.asked().get(3))
                .isEqualTo("ssm update-document-default-version --name imds-packet-analyzer --document-version 7");
    }

    @Test
    void aVersionThatIsThereAlreadyIsRefusedBeforeAnythingIsUploaded() throws Exception {
        Ended ended = run("printf '1.2.2\\t1.2.3\\n'", "s3://fleet/imds");

        assertThat(ended.code()).isEqualTo(73);
        assertThat(ended.said().lines().filter(line -> line.startsWith("distributor:")))
                .containsExactly(
                        "distributor: version 1.2.3 is in Distributor already, and no version there can be replaced:"
                                + " raise it (PACKAGE_VERSION=… ./dev package --distributor); nothing was uploaded");
        assertThat(ended.asked()).singleElement().asString().startsWith(ASKED);
    }

    @Test
    void whoMayNotAskUploadsNothing() throws Exception {
        Ended ended =
                run("echo 'An error occurred (AccessDeniedException): not authorized' >&2; exit 254", "s3://fleet");

        assertThat(ended.code()).isEqualTo(69);
        assertThat(ended.said()).contains("AccessDeniedException").contains("nothing was uploaded");
        assertThat(ended.asked()).hasSize(1);
    }

    @Test
    void whereToHasToBeABucket() throws Exception {
        for (String wrong : List.of("fleet", "https://fleet", "s3://", "s3://UPPER")) {
            Ended ended = run("true", wrong);
            assertThat(ended.code()).as(wrong).isEqualTo(64);
            assertThat(ended.asked()).isEmpty();
        }
    }

    private JsonNode manifest() throws IOException {
        return new JsonMapper().readTree(Files.readString(distributor("manifest.json")));
    }

    private Path distributor(String file) {
        return checkout.resolve("target/distributor").resolve(file);
    }

    /**
     * @param versions what the stand-in does when it is asked for the versions that there are
     * @param publish where to; none lays the folder out only
     */
    private Ended run(String versions, String... publish) throws Exception {
        Path programs = Files.createDirectories(checkout.resolve("programs"));
        Path log = checkout.resolve("asked");
        Files.deleteIfExists(log);
        Path aws = programs.resolve("aws");
        Files.writeString(aws, """
                #!/bin/sh
                echo "$*" >> '%s'
                case $2 in
                    list-document-versions) %s ;;
                    update-document) echo 7 ;;
                esac
                """.formatted(log, versions.isEmpty() ? "true" : versions));
        assertThat(aws.toFile().setExecutable(true)).isTrue();
        List<String> command = new ArrayList<>(
                List.of("bash", checkout.resolve("packaging/distributor.sh").toString()));
        for (String to : publish) {
            command.addAll(List.of("--publish", to));
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", programs + ":" + System.getenv("PATH"));
        builder.environment().put("PACKAGE_VERSION", "1.2.3");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), said, Files.exists(log) ? Files.readAllLines(log) : List.of());
    }
}
