package dev.imdsanalyzer.live;

import java.util.List;
import java.util.stream.Stream;

/** Real programs that call IMDS, and what each of them is known to do. */
enum Client {
    CURL_V1(Versions.V1, "curl", "-sS", url("/latest/meta-data/instance-id?curl=1")),
    CURL_V2(Versions.V2, "sh", "-c", curlWithToken("169.254.169.254")),
    CURL_IPV6_V1(Versions.V1, "curl", "-sSg", "http://[fd00:ec2::254]/latest/dynamic/instance-identity/document"),
    CURL_IPV6_V2(Versions.V2, "sh", "-c", curlWithToken("[fd00:ec2::254]")),
    CURL_KEEP_ALIVE(Versions.V1, "curl", "-sS", url("/latest/meta-data/ami-id?[1-5]")),
    CURL_NOT_FOUND(Versions.V1, "curl", "-sS", url("/latest/meta-data/spot/instance-action")),
    CURL_HEAD(Versions.V1, "curl", "-sSI", url("/2021-07-15/user-data")),
    CURL_ODD_ANSWERS(
            Versions.V1,
            "curl",
            "-sS",
            url("/latest/test/split"),
            url("/latest/test/chunked"),
            url("/latest/test/status/503"),
            url("/latest/test/body/100000")),
    CURL_UNANSWERED(Versions.V1, "curl", "-sS", "--max-time", "1", url("/latest/test/silent")),
    WGET(Versions.V1, "wget", "-q", "-O", "-", url("/latest/user-data")),
    HEADER_IN_TWO_SEGMENTS(Versions.V2, Python.PROGRAM, ClientPrograms.python("raw_client.py"), "split"),
    HEADER_BYTE_BY_BYTE(Versions.V2, Python.PROGRAM, ClientPrograms.python("raw_client.py"), "bytewise"),
    KEEP_ALIVE(Versions.BOTH, Python.PROGRAM, ClientPrograms.python("raw_client.py"), "keep-alive", "101"),
    PIPELINE(Versions.BOTH, Python.PROGRAM, ClientPrograms.python("raw_client.py"), "pipeline", "23"),
    CONTINUE(Versions.V2, Python.PROGRAM, ClientPrograms.python("raw_client.py"), "continue"),
    HALF_CLOSE(Versions.V1, Python.PROGRAM, ClientPrograms.python("raw_client.py"), "half-close"),
    UNTIL_CLOSE(Versions.V1, Python.PROGRAM, ClientPrograms.python("raw_client.py"), "until-close"),
    PYTHON_URLLIB(Versions.V2, Python.PROGRAM, ClientPrograms.python("urllib_client.py")),
    BOTO3(Versions.V2, Python.PROGRAM, ClientPrograms.python("boto3_client.py")),
    JAVA_HTTP_CLIENT(
            Versions.V1,
            ClientPrograms.java(),
            "-cp",
            ClientPrograms.classPath("plain"),
            "HttpClientCall",
            url("/latest/meta-data/placement/region?1"),
            url("/latest/meta-data/placement/region?2")),
    JAVA_SDK_V1_OLD(Versions.V1, ClientPrograms.java(), "-cp", ClientPrograms.classPath("sdk-v1-old"), "SdkV1Client"),
    JAVA_SDK_V1(Versions.V2, ClientPrograms.java(), "-cp", ClientPrograms.classPath("sdk-v1"), "SdkV1Client"),
    JAVA_SDK_V2(Versions.V2, ClientPrograms.java(), "-cp", ClientPrograms.classPath("sdk-v2"), "SdkV2Client"),
    JAVASCRIPT_SDK_V2(Versions.V2, "node", ClientPrograms.javascript("sdk-v2.js")),
    JAVASCRIPT_SDK_V2_ITEM(Versions.V1, "node", ClientPrograms.javascript("sdk-v2-metadata-service.js")),
    JAVASCRIPT_SDK_V3(Versions.V2, "node", ClientPrograms.javascript("sdk-v3.js"));

    /** Which versions the client speaks where tokens are optional and can reach it. */
    enum Versions {
        V1,
        V2,
        BOTH;

        boolean include(String version) {
            return this == BOTH || name().equalsIgnoreCase(version);
        }
    }

    private final Versions versions;

    // List.of makes an immutable one, which the checker cannot know.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> command;

    Client(Versions versions, String... command) {
        this.versions = versions;
        this.command = List.of(command);
    }

    Versions versions() {
        return versions;
    }

    List<String> command() {
        return command;
    }

    /** Whether the calls are made by children of the process that is started. */
    boolean callsFromChildren() {
        return command.get(0).equals("sh");
    }

    static Stream<Client> all() {
        return Stream.of(values());
    }

    private static String url(String target) {
        return "http://" + Topology.IMDS_IPV4 + target;
    }

    /** The two lines of AWS's own documents; the colon keeps the shell from becoming the last command itself. */
    private static String curlWithToken(String address) {
        return "TOKEN=$(curl -sSg -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://" + address
                + "/latest/api/token); curl -sSg -H \"X-aws-ec2-metadata-token: $TOKEN\" http://" + address
                + "/latest/meta-data/iam/info; :";
    }
}
