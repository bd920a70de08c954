package dev.imdsanalyzer.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What an auditor asks for beside the verdict: how it was come by, who else was asked, and the benchmark's own test. */
public final class Evidence {
    /** Gaps shorter than this are in the sums and not listed; microseconds. */
    private static final long LISTED_GAP_MICROS = 1_000_000;

    private Evidence() {}

    /**
     * Which part of the last window before the report's time was watched on an instance. Times: microseconds since the epoch.
     *
     * @param from where the window begins
     * @param until where it ends
     * @param watchedMicros so much of it is proven to have been watched
     * @param gaps what is not
     */
    public record Coverage(long from, long until, long watchedMicros, IntervalSet gaps) {
        /**
         * Hands on the gaps that are listed, the first ones.
         *
         * @param most at most so many
         * @return how many more there are
         */
        public int list(int most, Gap listed) {
            int count = 0;
            for (int i = 0; i < gaps.size(); i++) {
                if (gaps.end(i) - gaps.start(i) >= LISTED_GAP_MICROS && count++ < most) {
                    listed.take(gaps.start(i), gaps.end(i));
                }
            }
            return Math.max(0, count - most);
        }

        /** What is not proven to have been watched, in microseconds. */
        public long missingMicros() {
            return until - from - watchedMicros;
        }
    }

    /** Takes a gap; microseconds since the epoch. */
    public interface Gap {
        void take(long start, long end);
    }

    /** Of one instance. */
    public static Coverage coverage(ReportData data, InstanceVerdict verdict) {
        long until = data.asOf();
        long from = until - data.options().windowMicros();
        IntervalSet window = IntervalSet.ofGaps();
        window.add(from, until);
        return new Coverage(from, until, verdict.proven().measure(from, until), window.without(verdict.proven()));
    }

    /**
     * What a witness says of all instances together.
     *
     * @param answer not-asked, not-compared, not-whole, agreed or not-agreed
     * @param notAgreed the instances of which it saw what the logs do not have
     */
    public record Answer(String name, String answer, List<String> notAgreed) {}

    /** Both witnesses. */
    public static List<Answer> witnesses(ReportData data) {
        boolean lacks = data.trail() != null && !data.trail().lacks().isEmpty();
        return List.of(
                answer(data, "CloudWatch", !data.metrics().isEmpty(), false),
                answer(data, "CloudTrail", data.trail() != null, lacks));
    }

    private static Answer answer(ReportData data, String name, boolean asked, boolean lacks) {
        long compared = 0;
        List<String> notAgreed = new ArrayList<>();
        for (InstanceVerdict verdict : data.instances()) {
            List<Witness> witnesses = verdict.witnesses().stream()
                    .filter(witness -> witness.name().startsWith(name))
                    .toList();
            compared += witnesses.size();
            if (!witnesses.stream().allMatch(Witness::agreed)) {
                notAgreed.add(verdict.instance().title());
            }
        }
        String answer;
        if (!asked) {
            answer = "not-asked";
        } else if (!notAgreed.isEmpty()) {
            answer = "not-agreed";
        } else if (lacks) {
            answer = "not-whole";
        } else {
            answer = compared == 0 ? "not-compared" : "agreed";
        }
        return new Answer(name, answer, List.copyOf(notAgreed));
    }

    /**
     * The test of the CIS Amazon Web Services Foundations Benchmark "Ensure that the EC2 Metadata Service only allows IMDSv2":
     * recommendation 5.6 of 3.0.0, 6.7 of 6.0.0. It looks at the setting alone.
     *
     * @param commands they must print nothing
     * @param answer by the inventory: pass, fail, or not-known where there is none or it does not say it of all
     * @param required how many of the inventory's instances require IMDSv2
     * @param optional how many do not
     * @param unknown how many of which it does not say it
     */
    public record Benchmark(List<String> commands, String answer, long required, long optional, long unknown) {
        /** Whose, and which recommendation. */
        public static final String TITLE = "CIS Amazon Web Services Foundations Benchmark (3.0.0: 5.6, 6.0.0: 6.7):"
                + " ensure that the EC2 Metadata Service only allows IMDSv2";
    }

    /** For the Regions of the logs and the inventory. */
    public static Benchmark benchmark(ReportData data) {
        Inventory inventory = data.inventory();
        Collection<Inventory.Host> hosts = inventory == null ? List.of() : inventory.hosts();
        TreeSet<String> regions = new TreeSet<>(Place.regions(data.instances()));
        hosts.stream()
                .map(Inventory.Host::region)
                .filter(region -> region != null)
                .forEach(regions::add);
        if (regions.isEmpty()) {
            regions.add("REGION");
        }
        List<String> commands = regions.stream()
                .map(region -> "aws ec2 describe-instances --filters Name=metadata-options.http-tokens,Values=optional"
                        + " --query 'Reservations[].Instances[].InstanceId' --output text --region " + region)
                .toList();
        long required = count(hosts, "required"::equals);
        long optional = count(hosts, "optional"::equals);
        long unknown = count(hosts, tokens -> true) - required - optional;
        boolean pass = inventory != null && inventory.isComplete() && unknown == 0 && required > 0;
        return new Benchmark(
                commands, optional > 0 ? "fail" : pass ? "pass" : "not-known", required, optional, unknown);
    }

    private static long count(Collection<Inventory.Host> hosts, Predicate<String> tokens) {
        return hosts.stream()
                .filter(host -> host.running() && tokens.test(host.tokens()))
                .count();
    }

    /**
     * The plan for one instance.
     *
     * @param applyNow whether its verdict allows it today
     * @param implementation to require IMDSv2 and to verify it; empty where the instance's id is not known
     * @param backOut to take it back; the first command asks whether the account allows that
     */
    public record Plan(
            InstanceVerdict verdict,
            boolean applyNow,
            List<NextSteps.Step> implementation,
            List<NextSteps.Step> backOut) {}

    /** For each instance, the ready ones first. */
    public static List<Plan> plans(ReportData data) {
        List<Plan> plans = new ArrayList<>();
        for (InstanceVerdict verdict : data.instances()) {
            if (!InstanceIds.isValid(verdict.instance().id())) {
                plans.add(new Plan(verdict, false, List.of(), List.of()));
                continue;
            }
            List<NextSteps.Step> steps = NextSteps.forInstance(verdict.instance());
            int last = steps.size() - 1;
            plans.add(new Plan(
                    verdict,
                    verdict.verdict() == Verdict.READY,
                    steps.subList(0, last),
                    steps.subList(last, steps.size())));
        }
        plans.sort((one, other) -> Boolean.compare(other.applyNow(), one.applyNow()));
        return plans;
    }

    /** What takes back what closed the future, in this order: the last that was done first. */
    public static List<NextSteps.Step> backOutOfFuture(ReportData data) {
        List<String> regions = Place.regions(data.instances());
        String region = Place.regionOr(regions);
        return List.of(
                new NextSteps.Step(
                        "Policies of the organisation (8, 7, 6, 5)",
                        List.of("By an administrator of the organisation, for each policy."),
                        List.of(
                                "aws organizations detach-policy --policy-id POLICY-ID --target-id ROOT-OU-OR-ACCOUNT-ID")),
                new NextSteps.Step(
                        "Enforcement (4)",
                        List.of("No way back for any instance of the account and Region while it is enabled."),
                        FutureSteps.defaults("--http-tokens-enforced disabled", regions)),
                new NextSteps.Step(
                        "Account default (3)", List.of(), FutureSteps.defaults("--http-tokens no-preference", regions)),
                new NextSteps.Step("Images (2)", List.of("No way back: register the image anew."), List.of()),
                new NextSteps.Step(
                        "Launch templates and Auto Scaling groups (1)",
                        List.of(),
                        List.of(
                                "aws autoscaling update-auto-scaling-group --auto-scaling-group-name GROUP --launch-template"
                                        + " LaunchTemplateId=LAUNCH-TEMPLATE-ID,Version=OLD --region " + region,
                                "aws autoscaling start-instance-refresh --auto-scaling-group-name GROUP --preferences"
                                        + " '{\"SkipMatching\":true}' --region " + region)));
    }

    /** What stands over every way back of an instance. */
    public static String noWayBack() {
        return "No way back where the account enforces IMDSv2: " + NextSteps.NO_WAY_BACK
                + ". The logs do not say whether it does.";
    }
}
