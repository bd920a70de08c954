/** Output: a call and its caller become one line. Through Logback and logstash-logback-encoder, off the capture thread. */
package dev.imdsanalyzer.output;
