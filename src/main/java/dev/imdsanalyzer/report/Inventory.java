package dev.imdsanalyzer.report;

import dev.imdsanalyzer.output.line.CloudFacts;
import dev.imdsanalyzer.report.input.DigestStream;
import dev.imdsanalyzer.report.input.StoredInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * The account's instances as {@code aws ec2 describe-instances} prints them; several outputs may follow one another in a file.
 * What it says of an instance is told beside the log and never makes one READY. Bounded: past the first instances it is not
 * complete. Source: EC2 API Reference, DescribeInstances; tags of EC2 Auto Scaling and of launch templates.
 */
public final class Inventory {
    private static final int MAXIMUM_HOSTS = 200_000;
    private static final long LONGEST_BYTES = 512L << 20;
    private static final int LONGEST_TEXT = 256;
    private static final int NAMED = 10;
    private static final List<String> OWNER_TAGS = List.of("team", "owner", "owned-by", "squad", "service-owner");
    private static final Pattern NODE_TAG = Pattern.compile(
            "eks:cluster-name|aws:eks:cluster-name|kubernetes\\.io/cluster/.*|k8s\\.io/cluster-autoscaler/.*|amazonecsmanaged|ecs:.*");
    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");
    private static final Pattern REGION = Pattern.compile("[a-z]{2,5}(?:-[a-z]{2,10}){1,3}-[0-9]{1,2}");
    private static final Pattern ZONE_LETTER = Pattern.compile("[a-z]$");
    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxDocumentLength(LONGEST_BYTES)
                            .maxStringLength(1 << 20)
                            .maxNestingDepth(64)
                            .build())
                    .build())
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Map<String, Host> hosts = new LinkedHashMap<>();
    private final List<String> unowned = new ArrayList<>();
    private boolean complete = true;
    private StoredInput stored;

    private Inventory() {}

    /**
     * One instance; texts are as its account has them, null where there is none.
     *
     * @param account twelve digits
     * @param team the value of an owner's tag ({@code Team}, {@code Owner} …)
     * @param group of Auto Scaling
     * @param image the AMI
     * @param template id of the launch template
     * @param tokens {@code optional} or {@code required}; empty where it is not told
     * @param node whether its tags name a cluster of Kubernetes or ECS
     * @param running whether it is neither terminated nor about to be
     */
    public record Host(
            String id,
            String account,
            String region,
            String team,
            String group,
            String image,
            String template,
            String tokens,
            boolean node,
            boolean running) {
        private Host ownedBy(String owner) {
            return new Host(id, owner, region, team, group, image, template, tokens, node, running);
        }
    }

    /** @throws BadInputException if it is no such output */
    public static Inventory read(String name) throws IOException {
        Inventory inventory = new Inventory();
        boolean any = false;
        DigestStream in = new DigestStream(Files.newInputStream(Path.of(name)), LONGEST_BYTES);
        try (in;
                JsonParser json = MAPPER.createParser(in)) {
            while (json.nextToken() != null) {
                any = true;
                if (!inventory.value(json, null)) {
                    throw bad(name);
                }
            }
        } catch (JacksonException e) {
            throw bad(name);
        }
        inventory.stored = in.stored(StoredInput.Kind.INVENTORY, name);
        if (!any) {
            throw bad(name);
        }
        return inventory;
    }

    private static BadInputException bad(String name) {
        return new BadInputException(name + ": no inventory: give what aws ec2 describe-instances printed as JSON");
    }

    /** An output, or a list of instances as {@code --query 'Reservations[].Instances[]'} gives it. */
    private boolean value(JsonParser json, String account) {
        if (json.currentToken() == JsonToken.START_ARRAY) {
            boolean good = true;
            while (json.nextToken() != JsonToken.END_ARRAY && json.currentToken() != null) {
                good &= value(json, account);
            }
            return good;
        }
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return false;
        }
        boolean good = false;
        int before = unowned.size();
        Map<String, JsonNode> members = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String member = json.currentName();
            JsonToken token = json.nextToken();
            if ((member.equals("Reservations") || member.equals("Instances")) && token == JsonToken.START_ARRAY) {
                JsonNode owner = members.get("OwnerId");
                good = value(json, owner == null ? account : owner.asString(""));
            } else if (member.equals("NextToken")) {
                complete = false;
                json.skipChildren();
            } else {
                members.put(member, MAPPER.readTree(json));
            }
        }
        JsonNode owner = members.get("OwnerId");
        if (members.containsKey("InstanceId")) {
            add(members, owner == null ? account : owner.asString(""));
            return true;
        }
        if (owner != null && ACCOUNT.matcher(owner.asString("")).matches()) {
            // Some versions of the AWS CLI print the owner after the instances.
            List<String> own = unowned.subList(before, unowned.size());
            own.forEach(id -> hosts.computeIfPresent(id, (key, host) -> host.ownedBy(owner.asString(""))));
            own.clear();
        }
        return good;
    }

    private void add(Map<String, JsonNode> members, String account) {
        String id = members.get("InstanceId").asString("");
        if (!InstanceIds.isValid(id)) {
            return;
        }
        if (hosts.size() >= MAXIMUM_HOSTS) {
            complete = false;
            return;
        }
        Map<String, String> tags = new LinkedHashMap<>();
        for (JsonNode tag : members.getOrDefault("Tags", MAPPER.createArrayNode())) {
            tags.put(
                    tag.path("Key").asString("").toLowerCase(Locale.ROOT),
                    TopTexts.shortened(tag.path("Value").asString(""), LONGEST_TEXT));
        }
        JsonNode none = MAPPER.createObjectNode();
        String state = members.getOrDefault("State", none).path("Name").asString("");
        String zone =
                members.getOrDefault("Placement", none).path("AvailabilityZone").asString("");
        String region = ZONE_LETTER.matcher(zone).replaceFirst("");
        String owner = account != null && ACCOUNT.matcher(account).matches() ? account : null;
        if (owner == null) {
            unowned.add(id);
        }
        hosts.put(
                id,
                new Host(
                        id,
                        owner,
                        REGION.matcher(region).matches() ? region : null,
                        OWNER_TAGS.stream()
                                .map(tags::get)
                                .filter(Objects::nonNull)
                                .findFirst()
                                .orElse(null),
                        tags.get("aws:autoscaling:groupname"),
                        text(members.get("ImageId")),
                        tags.get("aws:ec2launchtemplate:id"),
                        members.getOrDefault("MetadataOptions", none)
                                .path("HttpTokens")
                                .asString(""),
                        tags.keySet().stream()
                                .anyMatch(key -> NODE_TAG.matcher(key).matches()),
                        !state.equals("terminated") && !state.equals("shutting-down")));
    }

    private static String text(JsonNode node) {
        return node == null ? null : TopTexts.shortened(node.asString(""), LONGEST_TEXT);
    }

    /** The instance; null if it is not in it, or the id is null. */
    public Host get(String id) {
        return id == null ? null : hosts.get(id);
    }

    /** Tells an instance what its lines may not say: where it is, whether it requires IMDSv2, and that it is a node of a cluster. */
    void tell(Instance instance) {
        Host host = get(instance.id());
        if (host != null) {
            instance.setPlace(new CloudFacts(host.account(), host.region(), null));
            instance.setTokens(host.tokens());
            if (host.node()) {
                instance.traits().setNode();
            }
        }
    }

    /** All of them. */
    public Collection<Host> hosts() {
        return hosts.values();
    }

    /** Why it does not prove that all of the account was watched, each in a clause; empty where it does. */
    List<String> lacks(List<InstanceVerdict> instances) {
        List<String> lacks = new ArrayList<>();
        if (!complete) {
            lacks.add("the inventory is not complete: it names a further page, or is too long");
        }
        addAccounts(instances, lacks);
        Set<String> watched = instances.stream()
                .map(verdict -> verdict.instance().id())
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        List<String> running =
                hosts.values().stream().filter(Host::running).map(Host::id).toList();
        List<String> unwatched =
                running.stream().filter(id -> !watched.contains(id)).toList();
        if (running.isEmpty()) {
            lacks.add("the inventory has no instance");
        }
        if (!unwatched.isEmpty()) {
            lacks.add(Amount.grouped(unwatched.size()) + " of " + Amount.of(running.size(), "instance")
                    + " of the inventory not watched: "
                    + unwatched.stream().limit(NAMED).collect(Collectors.joining(", "))
                    + (unwatched.size() > NAMED ? " and " + Amount.grouped(unwatched.size() - NAMED) + " more" : ""));
        }
        return lacks;
    }

    /** It has to be of the account of the logs, where both say whose they are, and of one alone. */
    private void addAccounts(List<InstanceVerdict> instances, List<String> lacks) {
        TreeSet<String> theirs = new TreeSet<>(hosts.values().stream()
                .map(Host::account)
                .filter(Objects::nonNull)
                .toList());
        TreeSet<String> ours = new TreeSet<>(instances.stream()
                .map(verdict -> verdict.instance().place().accountId())
                .filter(Objects::nonNull)
                .toList());
        if (theirs.size() > 1) {
            lacks.add("the inventory is of several accounts (" + String.join(", ", theirs)
                    + "), of which each has to be looked at alone");
        } else if (!theirs.isEmpty() && !theirs.containsAll(ours)) {
            lacks.add("the inventory is of account " + theirs.first() + ", the logs of " + String.join(", ", ours));
        }
    }

    /** Whether it was read to its end and says that there is no further page. */
    public boolean isComplete() {
        return complete;
    }

    /** The file as it is stored. */
    public StoredInput stored() {
        return stored;
    }
}
