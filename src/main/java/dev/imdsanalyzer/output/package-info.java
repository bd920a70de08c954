/**
 * Output: a call and its caller become one line. {@link dev.imdsanalyzer.output.EventLog} takes them from any thread, folds
 * and counts them, and hands them through a bounded queue to a thread of its own, where Logback appenders and
 * logstash-logback-encoder write them. A full queue drops and counts; nothing here blocks the capture. The fields are
 * declared in {@link dev.imdsanalyzer.output.line.field.EventSchema}.
 */
package dev.imdsanalyzer.output;
