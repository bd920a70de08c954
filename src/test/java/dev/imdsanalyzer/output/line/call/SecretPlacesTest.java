package dev.imdsanalyzer.output.line.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.output.line.RenderedLine;
import dev.imdsanalyzer.output.line.Samples;
import dev.imdsanalyzer.output.text.TextLine;
import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.ProcessReader;
import dev.imdsanalyzer.secrets.SecretCases;
import dev.imdsanalyzer.secrets.SecretRedactor;
import dev.imdsanalyzer.status.Counters;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of secret in every place of a line, in both formats; and in the same places what only looks like one. */
class SecretPlacesTest {
    private static final List<String> NAMED = List.of(
            "password=⟦pa55w0rd⟧",
            "PASSWORD=⟦pa55w0rd⟧",
            "Pwd=⟦pa55w0rd⟧",
            "pw=⟦pa55w0rd⟧",
            "token=⟦pa55w0rd⟧",
            "tokens=⟦pa55w0rd⟧",
            "credentials=⟦pa55w0rd⟧",
            "AccountKey=⟦pa55w0rd⟧",
            "auth-key=⟦pa55w0rd⟧",
            "api_key=⟦pa55w0rd⟧",
            "client_secret=⟦pa55w0rd⟧",
            "signature=⟦pa55w0rd⟧",
            "jwt=⟦pa55w0rd⟧",
            "x-amz-security-token=⟦pa55w0rd⟧",
            "a[password]=⟦pa55w0rd⟧",
            "token[]=⟦pa55w0rd⟧",
            "%70assword=⟦pa55w0rd⟧",
            "pass%2577ord=⟦pa55w0rd⟧");

    private static final List<String> HARMLESS = List.of(
            "token=true",
            "cookie=yes",
            "pwd=/home/u",
            "max_tokens=4096",
            "id=i-0123456789abcdef0",
            "id=123e4567-e89b-12d3-a456-426614174000",
            "sha=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
            "v=1.2.3-rc1",
            "at=2026-11-30T01.55.59Z",
            "pod=web-7d4b9c6f5d-x2x9p",
            "host=ip-10-0-1-23.eu-central-1.compute.internal",
            "class=org.apache.hadoop.fs.s3a.AbstractS3AFileSystem2",
            "password_file=/run/secrets/x",
            "bypass=1",
            "key_name=web");

    private static final Set<Spot> SLASHED = EnumSet.of(Spot.URL_PATH, Spot.MATRIX, Spot.SCRIPT);

    /** Where a stranger's text may stand, and what stands around it there. */
    private enum Spot {
        METHOD("", "", text -> call(text, "/", null, null, null, null)),
        URL_PATH("/latest/", "/x", text -> call("GET", text, null, null, null, null)),
        MATRIX("/latest;", "/x", text -> call("GET", text, null, null, null, null)),
        QUERY("a=1&", "&b=2", text -> call("GET", "/", text, null, null, null)),
        USER_AGENT("client/1.0 (", ") lib/2", text -> call("GET", "/", null, text, null, null)),
        SERVER("nginx ", " x", text -> call("GET", "/", null, null, text, null)),
        DETAIL("a head that begins with ", " and more", text -> call(null, null, null, null, null, text)),
        ARGUMENT("", "", text -> by(commandLine("app", text, "x"), null, null)),
        URL_ARGUMENT("http://h/p?a=1&", "&b=2", text -> by(commandLine("app", text, "x"), null, null)),
        SHELL("run ", " next", text -> by(commandLine("bash", "-c", text), null, null)),
        ANCESTOR("", "", text -> by("app", commandLine("parent", text, "x"), null)),
        SCRIPT("/srv/", "/run.sh", text -> by("app", null, SecretRedactor.redactPath(text)));

        private final String before;
        private final String behind;

        @SuppressWarnings("ImmutableEnumChecker")
        private final Function<String, CallLine> line;

        Spot(String before, String behind, Function<String, CallLine> line) {
            this.before = before;
            this.behind = behind;
            this.line = line;
        }

        private String around(String text) {
            return before + text + behind;
        }
    }

    private static CallLine call(
            String method, String path, String query, String userAgent, String server, String detail) {
        return Samples.line(Samples.texts(method, path, query, userAgent, server, detail), Samples.caller(1));
    }

    private static CallLine by(String commandLine, String ofParent, String script) {
        Caller caller = new CallerBuilder(AttributionMethod.CONNECT)
                .pid(7)
                .name("app")
                .executable("/usr/bin/app")
                .commandLine(commandLine)
                .script(script)
                .ancestors(List.of(new Ancestor(6, "parent", "/usr/bin/parent", ofParent, script)))
                .build();
        ImdsCall call = Samples.texts("GET", "/", null, null, null, null);
        return Samples.line(call, caller);
    }

    private static String commandLine(String... arguments) {
        return ProcessReader.commandLine((String.join("\0", arguments) + "\0").getBytes(StandardCharsets.UTF_8));
    }

    static Stream<Arguments> secrets() {
        List<Arguments> rows = new ArrayList<>();
        for (Spot spot : Spot.values()) {
            SecretCases.forms().forEach(form -> rows.add(Arguments.of(spot, "⟦" + form + "⟧")));
            if (spot != Spot.METHOD) {
                NAMED.forEach(named -> rows.add(Arguments.of(spot, named)));
            }
        }
        return rows.stream();
    }

    static Stream<Arguments> harmless() {
        return Stream.of(Spot.values()).flatMap(spot -> HARMLESS.stream().map(text -> Arguments.of(spot, text)));
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void showsNoSecretInAnyPlaceAndAllThatStandsAroundIt(Spot spot, String marked) {
        String secret = marked.substring(marked.indexOf('⟦') + 1, marked.indexOf('⟧'));
        CallLine line = spot.line.apply(spot.around(SecretCases.used(marked)));
        String json = json(line);
        String text = text(line);
        assertThat(json).doesNotContain(secret);
        assertThat(text).doesNotContain(secret);
        // In a path nobody can tell which slash is not the key's own.
        boolean slashes = secret.indexOf('=') >= 0
                || secret.contains("IQoJ")
                || secret.startsWith("FwoG")
                || secret.startsWith("eyJ");
        String behind = slashes && SLASHED.contains(spot) ? "" : spot.behind;
        assertThat(json).contains(spot.before + SecretCases.shown(marked) + behind);
    }

    @ParameterizedTest
    @MethodSource("harmless")
    void showsWhatOnlyLooksLikeASecret(Spot spot, String harmless) {
        assertThat(json(spot.line.apply(spot.around(harmless)))).contains(spot.around(harmless));
    }

    private static String json(CallLine line) {
        return RenderedLine.of(line, new Counters());
    }

    private static String text(CallLine line) {
        TextLine text = new TextLine(false, 0, false);
        line.writeText(text);
        return text.take();
    }
}
