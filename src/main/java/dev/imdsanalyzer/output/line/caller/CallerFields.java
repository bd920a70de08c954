package dev.imdsanalyzer.output.line.caller;

import dev.imdsanalyzer.output.line.field.EventSchema;
import dev.imdsanalyzer.output.line.field.LineJson;
import dev.imdsanalyzer.output.text.SafeText;
import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.MissingParts;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The fields that say who called. */
final class CallerFields {
    private static final int MAX_COMMAND_LINE_BYTES = 4096;
    private static final int MAX_PROXY_COMMAND_LINE_BYTES = 2048;
    private static final int MAX_PATH_BYTES = 1024;
    private static final int MAX_WORD_BYTES = 256;
    /** All of them, and the command lines, have to fit into a line. */
    private static final int MAX_ANCESTOR_SCRIPT_BYTES = 256;

    private static final int MAX_ANCESTORS = 16;
    /** For the command lines of all ancestors: with 4 KiB each a line could pass 64 KiB. */
    private static final int ANCESTORS_COMMAND_LINE_BYTES = 20 * 1024;

    private static final int MIN_COMMAND_LINE_BYTES = 256;

    private CallerFields() {}

    /** @param identity null where neither a process nor a User-Agent is known */
    static void write(Caller caller, CallerIdentity identity, LineJson json) {
        writeProcess(caller, json);
        if (caller.proxy() != null) {
            writeProxy(caller.proxy(), json);
        }
        json.word(EventSchema.USER_ID, caller.userId() < 0 ? null : Long.toString(caller.userId()));
        json.text(EventSchema.USER_NAME, caller.userName(), MAX_WORD_BYTES);
        json.text(EventSchema.USER_LOGIN_NAME, caller.loginUserName(), MAX_WORD_BYTES);
        WorkloadFields.write(caller, json);
        json.text(EventSchema.SYSTEMD_UNIT, caller.systemdUnit(), MAX_WORD_BYTES);
        json.text(EventSchema.PACKAGE_NAME, caller.packageName(), MAX_WORD_BYTES);
        json.text(EventSchema.PACKAGE_VERSION, caller.packageVersion(), MAX_WORD_BYTES);
        json.text(EventSchema.PACKAGE_TYPE, caller.packageType(), MAX_WORD_BYTES);
        json.text(EventSchema.CALLER_WORKLOAD, WorkloadName.of(caller.workload()), MAX_WORD_BYTES);
        if (identity != null) {
            json.text(EventSchema.CALLER_LABEL, identity.label(), MAX_WORD_BYTES);
            json.word(EventSchema.CALLER_FINGERPRINT, identity.fingerprint());
        }
        json.word(EventSchema.ATTRIBUTION_METHOD, caller.method().label());
        json.text(EventSchema.ATTRIBUTION_REASON, MissingParts.reason(caller), MAX_PATH_BYTES);
    }

    private static void writeProcess(Caller caller, LineJson json) {
        json.number(EventSchema.PROCESS_PID, caller.pid());
        json.text(EventSchema.PROCESS_NAME, caller.name(), MAX_WORD_BYTES);
        json.path(EventSchema.PROCESS_EXECUTABLE, caller.executable(), MAX_PATH_BYTES);
        json.path(EventSchema.PROCESS_SCRIPT, caller.script(), MAX_PATH_BYTES);
        json.clean(EventSchema.PROCESS_COMMAND_LINE, caller.commandLine(), MAX_COMMAND_LINE_BYTES);
        json.path(EventSchema.PROCESS_WORKING_DIRECTORY, caller.workingDirectory(), MAX_PATH_BYTES);
        if (caller.startNanos() >= 0) {
            json.time(EventSchema.PROCESS_START, caller.startNanos());
        }
        List<Ancestor> ancestors = caller.ancestors();
        if (!ancestors.isEmpty()) {
            json.number(EventSchema.PROCESS_PARENT_PID, ancestors.get(0).pid());
            json.text(EventSchema.PROCESS_PARENT_NAME, ancestors.get(0).name(), MAX_WORD_BYTES);
            writeAncestors(ancestors, json);
        }
        json.clean(EventSchema.PROCESS_LINEAGE, Lineage.names(caller), MAX_PATH_BYTES);
        json.number(EventSchema.PROCESS_NETWORK_NAMESPACE, caller.networkNamespace());
    }

    private static void writeProxy(Caller proxy, LineJson json) {
        json.number(EventSchema.PROXY_PROCESS_PID, proxy.pid());
        json.text(EventSchema.PROXY_PROCESS_NAME, proxy.name(), MAX_WORD_BYTES);
        json.path(EventSchema.PROXY_PROCESS_EXECUTABLE, proxy.executable(), MAX_PATH_BYTES);
        json.path(EventSchema.PROXY_PROCESS_SCRIPT, proxy.script(), MAX_PATH_BYTES);
        json.clean(EventSchema.PROXY_PROCESS_COMMAND_LINE, proxy.commandLine(), MAX_PROXY_COMMAND_LINE_BYTES);
        if (proxy.startNanos() >= 0) {
            json.time(EventSchema.PROXY_PROCESS_START, proxy.startNanos());
        }
    }

    private static void writeAncestors(List<Ancestor> ancestors, LineJson json) {
        json.name(EventSchema.PROCESS_ANCESTORS);
        JsonGenerator generator = json.generator();
        generator.writeStartArray();
        int budget = json.bound(ANCESTORS_COMMAND_LINE_BYTES);
        for (int i = 0; i < Math.min(MAX_ANCESTORS, ancestors.size()); i++) {
            Ancestor ancestor = ancestors.get(i);
            generator.writeStartObject();
            generator.writeNumberProperty("pid", ancestor.pid());
            member(generator, "name", json.redacted(ancestor.name()), json.bound(MAX_WORD_BYTES));
            member(generator, "executable", json.redactedPath(ancestor.executable()), json.bound(MAX_PATH_BYTES));
            member(generator, "script", ancestor.script(), json.bound(MAX_ANCESTOR_SCRIPT_BYTES));
            int room =
                    Math.max(json.bound(MIN_COMMAND_LINE_BYTES), Math.min(json.bound(MAX_COMMAND_LINE_BYTES), budget));
            String commandLine = SafeText.of(ancestor.commandLine(), room);
            member(generator, "command_line", commandLine, room);
            generator.writeEndObject();
            budget -= commandLine == null ? 0 : SafeText.jsonBytes(commandLine);
        }
        generator.writeEndArray();
    }

    private static void member(JsonGenerator generator, String name, String value, int maxBytes) {
        if (value != null && !value.isEmpty()) {
            generator.writeStringProperty(name, SafeText.of(value, maxBytes));
        }
    }
}
