package dev.imdsanalyzer;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;

/** Bytes flow one way: no stage knows what stands behind it. */
@AnalyzeClasses(packages = "dev.imdsanalyzer", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule arrowsPointDownstreamOnly = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("status")
            .definedBy("dev.imdsanalyzer.status..")
            .layer("kernel")
            .definedBy("dev.imdsanalyzer.kernel..")
            .layer("unpack")
            .definedBy("dev.imdsanalyzer.unpack..")
            .layer("capture")
            .definedBy("dev.imdsanalyzer.capture..")
            .layer("packet")
            .definedBy("dev.imdsanalyzer.packet..")
            .layer("tcp")
            .definedBy("dev.imdsanalyzer.tcp..")
            .layer("http")
            .definedBy("dev.imdsanalyzer.http..")
            .layer("imds")
            .definedBy("dev.imdsanalyzer.imds..")
            .layer("secrets")
            .definedBy("dev.imdsanalyzer.secrets..")
            .layer("process")
            .definedBy("dev.imdsanalyzer.process..")
            .layer("output")
            .definedBy("dev.imdsanalyzer.output..")
            .layer("report")
            .definedBy("dev.imdsanalyzer.report..")
            .layer("config")
            .definedBy("dev.imdsanalyzer.config..")
            .layer("daemon")
            .definedBy("dev.imdsanalyzer.daemon..")
            .layer("cli")
            .definedBy("dev.imdsanalyzer.cli..")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("daemon")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("config")
            .mayOnlyBeAccessedByLayers("daemon", "cli")
            .whereLayer("report")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("output")
            .mayOnlyBeAccessedByLayers("report", "daemon", "cli")
            .whereLayer("process")
            .mayOnlyBeAccessedByLayers("output", "daemon")
            .whereLayer("secrets")
            .mayOnlyBeAccessedByLayers("process", "output", "daemon")
            .whereLayer("imds")
            .mayOnlyBeAccessedByLayers("output", "report", "daemon")
            .whereLayer("http")
            .mayOnlyBeAccessedByLayers("imds", "daemon")
            .whereLayer("tcp")
            .mayOnlyBeAccessedByLayers("http", "imds", "daemon")
            .whereLayer("packet")
            .mayOnlyBeAccessedByLayers("tcp", "http", "imds", "process", "output", "daemon")
            .whereLayer("capture")
            .mayOnlyBeAccessedByLayers("packet", "daemon", "cli")
            .whereLayer("unpack")
            .mayOnlyBeAccessedByLayers("capture", "report")
            .whereLayer("kernel")
            .mayOnlyBeAccessedByLayers("capture", "process", "daemon");

    @ArchTest
    static final ArchRule secretsKnowNothingOfTheRest = noClasses()
            .that()
            .resideInAPackage("dev.imdsanalyzer.secrets..")
            .should()
            .dependOnClassesThat(
                    resideInAPackage("dev.imdsanalyzer..").and(not(resideInAPackage("dev.imdsanalyzer.secrets.."))));

    @ArchTest
    static final ArchRule roomsFormNoCircle =
            slices().matching("dev.imdsanalyzer.(**)").should().beFreeOfCycles();

    @ArchTest
    static void noClassesFormACircle(JavaClasses classes) {
        assertThat(ClassCircles.of(classes)).isEmpty();
    }

    @ArchTest
    static final ArchRule segmentsKnowNoStream =
            knowsNoneOf("tcp.segment", "tcp", "tcp.buffer", "tcp.stream", "tcp.connection");

    @ArchTest
    static final ArchRule streamsKnowTheirConnectionOnlyAsSeen = knowsNoneOf("tcp.stream", "tcp.connection");

    @ArchTest
    static final ArchRule onlyTheWiringKnowsHowConnectionsAreFound = onlyKnownTo("tcp.connection", "daemon.calls");

    @ArchTest
    static final ArchRule onlyConnectionsKnowStreams = onlyKnownTo("tcp.stream", "tcp.connection");

    @ArchTest
    static final ArchRule onlyTheWiringKnowsHowCallsAreMade = onlyKnownTo("imds.exchange", "daemon.calls");

    @ArchTest
    static final ArchRule onlyExchangesAndAdviceKnowRequests =
            onlyKnownTo("imds.request", "imds.exchange", "imds.advice");

    @ArchTest
    static final ArchRule adviceKnowsNoRuleOfFindings = knowsNoneOf("imds.advice", "imds.exchange", "imds.caller");

    @ArchTest
    static final ArchRule whatACallerAddsIsNotKnownToExchanges = knowsNoneOf("imds.exchange", "imds.caller");

    @ArchTest
    static final ArchRule scriptsKnowNoCaller = knowsNoneOf("process.script", "process", "kernel", "packet");

    @ArchTest
    static final ArchRule theTwoSourcesOfCallersDoNotKnowEachOther = knowsNoneOf("process.socket", "process.connect..");

    @ArchTest
    static final ArchRule connectsAreNamedWithoutSockets = knowsNoneOf("process.connect", "process.socket..");

    @ArchTest
    static final ArchRule onlyTheirJoinIsAboveBothSources = onlyKnownTo("process.attribution", "daemon.calls");

    @ArchTest
    static final ArchRule linesDoNotKnowWhereTheyGo = knowsNoneOf("output.line..", "output", "output.file..");

    @ArchTest
    static final ArchRule textKnowsNoLineAndNoCall = knowsNoneOf("output.text", "output.line..", "imds..", "process..");

    @ArchTest
    static final ArchRule fieldsKnowNoCallAndNoCaller = knowsNoneOf("output.line.field", "imds..", "process..");

    @ArchTest
    static final ArchRule aCallsLineAndTheSummaryDoNotKnowEachOther =
            knowsNoneOf("output.line.call", "output.line.summary");

    @ArchTest
    static final ArchRule theSummaryKnowsNoLineOfACall = knowsNoneOf("output.line.summary", "output.line.call");

    @ArchTest
    static final ArchRule filesDoNotKnowWhatIsLogged =
            knowsNoneOf("output.file", "output", "imds..", "process..", "secrets..");

    @ArchTest
    static final ArchRule theHostKnowsNoCalls = knowsNoneOf(
            "daemon.host",
            "daemon",
            "daemon.calls..",
            "packet..",
            "tcp..",
            "http..",
            "imds..",
            "process..",
            "output..");

    @ArchTest
    static final ArchRule callsDoNotKnowTheLifeCycle = knowsNoneOf("daemon.calls", "daemon", "daemon.doctor..");

    @ArchTest
    static final ArchRule judgingDoesNotKnowTheCommands = knowsNoneOf("report", "report.run..", "report.show..");

    private static ArchRule knowsNoneOf(String room, String... others) {
        return noClasses()
                .that()
                .resideInAPackage("dev.imdsanalyzer." + room)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        Stream.of(others).map("dev.imdsanalyzer."::concat).toArray(String[]::new));
    }

    private static ArchRule onlyKnownTo(String room, String... others) {
        return classes()
                .that()
                .resideInAPackage("dev.imdsanalyzer." + room)
                .should()
                .onlyBeAccessed()
                .byAnyPackage(Stream.concat(Stream.of(room), Stream.of(others))
                        .map("dev.imdsanalyzer."::concat)
                        .toArray(String[]::new));
    }

    @ArchTest
    static final ArchRule onlyTestsKnowPcap4j =
            noClasses().should().dependOnClassesThat().resideInAPackage("org.pcap4j..");

    @ArchTest
    static final ArchRule onlyUnpackKnowsCompression = noClasses()
            .that()
            .resideOutsideOfPackage("dev.imdsanalyzer.unpack..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.commons..", "org.tukaani..", "io.airlift..");

    @ArchTest
    static final ArchRule onlyKernelKnowsJna = noClasses()
            .that()
            .resideOutsideOfPackage("dev.imdsanalyzer.kernel..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.jna..");

    @ArchTest
    static final ArchRule onlyTheCommandLineKnowsPicocli = noClasses()
            .that()
            .resideOutsideOfPackage("dev.imdsanalyzer.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..");
}
