package dev.imdsanalyzer.process.script;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a person would call a script, jar, module or class, the same on every host and in every run: numbers that a run, a
 * host or a release has chosen are folded to {@code *}, and the places where agents put what they were told to run name
 * the agent.
 */
public final class ProgramName {
    /** Of a UUID, a digest, a mktemp(1) or tempfile name, a process or build number, a moment. */
    private static final Pattern TEMPORARY =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
                    + "|(?<![A-Za-z0-9])(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{8,}(?![A-Za-z0-9])"
                    + "|(?<=tmp\\.)[A-Za-z0-9_]{6,}"
                    + "|(?<=(?:^|/)tmp)[a-z0-9_]{8}(?=[./]|$)"
                    + "|(?<=airflowtmp)[a-z0-9_]{8}"
                    + "|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T_-][0-9]{2}[-:][0-9]{2}[-:][0-9]{2})?"
                    + "|[0-9]{5,}(?:[.-][0-9]+)*");

    /** A release in the name of a jar or of the folder around it: app-1.2.3-SNAPSHOT.jar. */
    private static final Pattern RELEASE = Pattern.compile(
            "-v?[0-9]+(?:\\.[0-9]+)+(?:[.-](?:RELEASE|SNAPSHOT|FINAL|GA|M[0-9]+|RC[0-9]+))?(?=\\.jar$|/)",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern INSTANCE = Pattern.compile("i-[0-9a-f]{8,17}");

    /** A place, and what stands in it: the first group is the name, where there is one. */
    private record Agent(String name, Pattern place) {}

    private static final Agent[] AGENTS = {
        new Agent("cloud-init", Pattern.compile("/var/lib/cloud/(?:instances?(?:/[^/]+)?/)?scripts/(?:.*/)?([^/]+)")),
        new Agent(
                "ssm",
                Pattern.compile(
                        "/var/(?:lib|snap)/amazon.*/ssm/.*/orchestration/[^/]+/(?:.*/)?([^/]+)/_script\\.(?:sh|ps1)")),
        new Agent(
                "jenkins", Pattern.compile(".*/workspace/(.+?)(?:@[0-9]+)?@tmp/durable-[^/]+/script\\.sh(?:\\.copy)?")),
        new Agent("gitlab", Pattern.compile("(?:.*/)?scripts-[0-9]+-[0-9]+/([^/]+)")),
        new Agent("azure-pipelines", Pattern.compile("(?:/home/vsts|/azp|.*/azagent)/(?:.*/)?_temp/[^/]+")),
        new Agent("github-actions", Pattern.compile(".*/(?:_work|__w|runner/work)/_temp/[^/]+")),
        new Agent(
                "codedeploy",
                Pattern.compile(".*/deployment-root/[^/]+/d-[A-Z0-9]+/(?:deployment-archive/)?(?:.*/)?([^/]+)")),
        new Agent("codebuild", Pattern.compile("/codebuild/output/tmp/[^/]+")),
        new Agent("packer", Pattern.compile("/tmp/script_[0-9]{1,4}\\.sh")),
        new Agent("terraform", Pattern.compile("/tmp/terraform_[0-9]+\\.sh")),
        new Agent("chef", Pattern.compile("(?:.*/)?chef-script[^/]+")),
        new Agent("rundeck", Pattern.compile(".*/[0-9]+-[0-9]+-.*-dispatch-script\\.tmp[^/]*")),
        new Agent("eks", Pattern.compile("/etc/eks/(?:.*/)?([^/]+)")),
        new Agent(
                "ansible",
                Pattern.compile(".*/(?:\\.ansible/tmp/[^/]+|ansible-tmp-[^/]+)/(?:AnsiballZ_)?([^/.]+)(?:\\.py)?")),
    };

    private ProgramName() {}

    /** Of a person's choice of words. */
    public static String of(String script) {
        for (Agent agent : AGENTS) {
            Matcher matcher = agent.place.matcher(script);
            if (matcher.matches()) {
                return matcher.groupCount() == 0 ? agent.name : agent.name + ": " + folded(matcher.group(1));
            }
        }
        String folded = folded(script);
        String last = folded.substring(folded.lastIndexOf('/') + 1);
        return last.isEmpty() ? folded : last;
    }

    /** For an identity: the whole path where it is one, without what changes from run to run. */
    public static String stable(String script) {
        for (Agent agent : AGENTS) {
            if (agent.place.matcher(script).matches()) {
                return of(script);
            }
        }
        return folded(script);
    }

    /** Whether it was put there for one run by somebody who has a better name, further up. */
    public static boolean isTemporary(String script) {
        return script.contains("/.ansible/tmp/") || script.contains("/ansible-tmp-") || script.startsWith("AnsiballZ_");
    }

    private static String folded(String text) {
        String folded = INSTANCE.matcher(text).replaceAll("*");
        folded = RELEASE.matcher(folded).replaceAll("");
        return TEMPORARY.matcher(folded).replaceAll("*");
    }
}
