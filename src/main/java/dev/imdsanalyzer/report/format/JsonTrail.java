package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.InstanceVerdict;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.Times;
import dev.imdsanalyzer.report.TopTexts;
import dev.imdsanalyzer.report.Trail;
import dev.imdsanalyzer.report.TrailSession;
import dev.imdsanalyzer.report.TrailTexts;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The join with CloudTrail as the member {@code cloudtrail} of the JSON report. */
final class JsonTrail {
    private final ReportData data;
    private final JsonGenerator json;

    JsonTrail(ReportData data, JsonGenerator json) {
        this.data = data;
        this.json = json;
    }

    void write() {
        Trail trail = data.trail();
        json.writeObjectPropertyStart("cloudtrail");
        json.writeNumberProperty("files", trail.reader().files());
        json.writeNumberProperty("records", trail.reader().records());
        json.writeNumberProperty("sessions_v1", trail.sessions().size());
        json.writeNumberProperty(
                "calls_v1",
                trail.sessions().stream().mapToLong(TrailSession::calls).sum());
        json.writeNumberProperty("calls_v2", trail.v2Records());
        texts("lacks", trail.lacks());
        json.writeArrayPropertyStart("used_callers");
        data.usedCallers().forEach((caller, sessions) -> {
            json.writeStartObject();
            json.writeStringProperty("fingerprint", caller.fingerprint());
            json.writeStringProperty("label", caller.label());
            texts("roles", sessions.stream().map(TrailSession::role).distinct().toList());
            counts("api_calls", sessions.stream().map(TrailSession::operations).toList());
            counts("user_agents", sessions.stream().map(TrailSession::agents).toList());
            counts("own_api_calls", TrailSession.ownOperations(caller, sessions));
            json.writeEndObject();
        });
        json.writeEndArray();
        texts("watch_next", data.watchNext());
        json.writeArrayPropertyStart("missed");
        for (InstanceVerdict verdict : data.instances()) {
            verdict.missed().forEach(this::session);
        }
        json.writeEndArray();
        json.writeStringProperty("meaning", Trail.MEANING);
        json.writeEndObject();
    }

    private void session(TrailSession session) {
        json.writeStartObject();
        json.writeStringProperty("instance", session.instanceId());
        if (session.role() != null) {
            json.writeStringProperty("role", session.role());
        }
        json.writeStringProperty("fetched_from", Times.iso(session.created()));
        json.writeStringProperty("fetched_until", Times.iso(session.fetchedUntil()));
        json.writeNumberProperty("calls", session.calls());
        counts("api_calls", List.of(session.operations()));
        counts("user_agents", List.of(session.agents()));
        json.writeEndObject();
    }

    private void counts(String name, List<TopTexts> lists) {
        json.writeArrayPropertyStart(name);
        TrailTexts.sums(lists).forEach((text, calls) -> {
            json.writeStartObject();
            json.writeStringProperty("text", text);
            json.writeNumberProperty("calls", calls);
            json.writeEndObject();
        });
        json.writeEndArray();
    }

    private void texts(String name, List<String> texts) {
        json.writeArrayPropertyStart(name);
        texts.forEach(text -> json.writeString(text == null ? "" : text));
        json.writeEndArray();
    }
}
