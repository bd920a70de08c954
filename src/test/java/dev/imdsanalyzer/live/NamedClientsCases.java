package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for every client, by whichever way its process is found. */
abstract class NamedClientsCases {
    /** The scene that all cases of one class play in. */
    abstract LiveScene scene();

    /** The value that attribution.method has there. */
    abstract String method();

    @ParameterizedTest
    @EnumSource(Client.class)
    void everyCallOfTheClientIsLoggedOnceAndNamed(Client client) {
        ClientRun run = scene().run(scene().topology().host(), client.command());

        assertThat(run.truth())
                .as(run.output())
                .isNotEmpty()
                .allMatch(call -> client.versions().include(call.version()));
        assertLogged(client, run);
    }

    @ParameterizedTest
    @EnumSource(
            value = Client.class,
            names = {"CURL_V1", "CURL_IPV6_V1", "CURL_KEEP_ALIVE", "WGET", "JAVA_SDK_V1_OLD", "JAVASCRIPT_SDK_V2_ITEM"})
    void everyCallFromAContainerIsLoggedOnceAndNamed(Client client) {
        assertLogged(client, scene().run(scene().topology().container(0), client.command()));
    }

    @Test
    void containerThatTheTokenCannotReachFallsBackAndIsNamed() {
        ClientRun run = scene().run(scene().topology().container(1), Client.BOTO3.command());

        assertThat(run.truth()).extracting(TruthRecord::version).contains("v2", "v1");
        assertLogged(Client.BOTO3, run);
    }

    @Test
    void requestRefusedForItsMissingTokenIsLoggedWithItsStatus() {
        scene().emulator().set("tokens", "required");
        try {
            ClientRun run = scene().run(scene().topology().host(), Client.CURL_V1.command());
            assertThat(run.lines()).singleElement().satisfies(line -> {
                assertThat(line.text("http.response.status_code")).contains("401");
                assertThat(line.text("imds.findings.0")).contains("imdsv1-rejected");
            });
            assertLogged(Client.CURL_V1, run);
        } finally {
            scene().emulator().set("tokens", "optional");
        }
    }

    @Test
    void connectionPerRequestIsFollowedToo() {
        scene().emulator().set("connection", "close");
        try {
            for (Client client : List.of(Client.CURL_KEEP_ALIVE, Client.JAVA_SDK_V2)) {
                assertLogged(client, scene().run(scene().topology().host(), client.command()));
            }
        } finally {
            scene().emulator().set("connection", "keep-alive");
        }
    }

    private void assertLogged(Client client, ClientRun run) {
        LoggedCalls.assertEachIsLoggedOnce(run.truth(), run.lines());
        if (client.callsFromChildren()) {
            LoggedCalls.assertChildrenNamed(run, method(), "curl");
        } else {
            LoggedCalls.assertNamed(run, method());
        }
    }
}
